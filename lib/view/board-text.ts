import type { Mode, Outcome, StepTitle } from '../ports/events.ts'
import { endingText } from './event-text.ts'
import { clip, elapsed, oneLine, widthOf } from './layout.ts'
import { finishedRow, runningRow } from './live-row.ts'
import type { Row, RowSpace } from './live-row.ts'
import { painter } from './paint.ts'
import type { EndingEvent } from './view-events.ts'

/** What the texts of the live list depend on. */
export interface BoardTextOptions {
  readonly mode: Mode
  readonly steps: readonly StepTitle[]
  readonly verbose: boolean
  readonly color: boolean
  /** The terminal's width now; it may change while the list is drawn. */
  readonly columns: () => number
}

/** Makes the texts of the steps' lines; further lines of a text stand right of its mark. */
export interface BoardText {
  running(step: StepTitle, progress: string, ms: number): string
  /** `measured` stands below it. */
  finished(step: StepTitle, event: EndingEvent, measured?: readonly string[]): string[]
  /** A step that was being worked on when the run broke off. */
  unfinished(step: StepTitle, outcome: Outcome | undefined): string[]
  /** The room of a line at a level of the list. */
  space(level: number): RowSpace
}

/** Columns by which listr2 indents the lines below another. */
export const LEVEL = 2

/** What stands beside a text: its mark, and the margin that listr2 keeps at the right. */
const FRAME = 4

/** A step that takes longer than this shows for how long. */
const SHOW_TIME_AFTER_MS = 10_000

/** Titles longer than this do not push the details of all others to the right. */
const WIDEST_TITLE = 48

/** The texts for one run. */
export function boardText({ mode, steps, verbose, color, columns }: BoardTextOptions): BoardText {
  const paint = painter(color)
  const widths = steps.map((step) => widthOf(oneLine(step.title)) + levelOf(step))
  const titleWidth = Math.min(WIDEST_TITLE, Math.max(0, ...widths))

  const space = (level: number): RowSpace => ({
    width: Math.max(1, columns() - FRAME - level),
    titleWidth: titleWidth - level,
    paint,
  })
  const rowOf = (step: StepTitle, event: EndingEvent, { width }: RowSpace): Row => {
    const { mark, detail, lines } = endingText(event, { verbose, color, columns: width - LEVEL })
    // Where a failure ends the run, its block follows right below and names the problem.
    const failed = event.type === 'step-failed' || event.type === 'step-interrupted'
    return {
      mark,
      title: oneLine(step.title),
      detail: failed && mode !== 'verify' ? '' : oneLine(detail),
      lines: lines.flatMap((line) => line.split('\n')),
      quiet: event.type === 'step-satisfied',
    }
  }

  return {
    space,
    running(step, progress, ms) {
      const time = ms < SHOW_TIME_AFTER_MS ? '' : `(${elapsed(ms)})`
      const detail = [progress, time].filter((part) => part !== '').join('  ')
      return runningRow(oneLine(step.title), detail, space(levelOf(step)))
    },
    finished(step, event, measured = []) {
      const room = space(levelOf(step))
      const row = rowOf(step, event, room)
      const below = measured.map((line) => paint('dim', clip(line, room.width - LEVEL)))
      return finishedRow({ ...row, lines: [...row.lines, ...below] }, room)
    },
    unfinished(step, outcome) {
      const detail = outcome === 'interrupted' ? 'interrupted' : 'not finished'
      const row = { mark: '■', title: oneLine(step.title), detail, lines: [], quiet: false }
      return finishedRow(row, space(levelOf(step)))
    },
  }
}

function levelOf({ list }: StepTitle): number {
  return list === 'lab' ? LEVEL : 0
}
