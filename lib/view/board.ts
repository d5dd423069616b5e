import { asWritten, type Say } from '../words/say.ts'
import { endingText } from './event-text.ts'
import { counted } from '../core/counted.ts'
import { elapsed, indent, oneLine, tableLines, widthOf, wrap } from './layout.ts'
import { finishedRow, type RowSpace, runningRow } from './live-row.ts'
import { painter } from './paint.ts'
import type { EndingEvent, RunRecord, StepRecord } from './run-record.ts'
import { type Tally, tallyOf, tallyText } from './tally.ts'

/** How the list is drawn. */
export type BoardLook = {
  readonly verbose: boolean
  readonly color: boolean
  readonly columns: number
  readonly say?: Say
  readonly now: number
  /** Before a step that is at work. */
  readonly spinner: string
  /** The list has ended: nothing is at work any more. */
  readonly over: boolean
}

/** Columns by which the lab's steps stand right of its line. */
const LEVEL = 2

/** What stands beside a text: its mark, and a margin at the right. */
const FRAME = 4

/** A step that takes longer than this shows for how long. */
const SHOW_TIME_AFTER_MS = 10_000

/** Titles longer than this do not push the details of all others to the right. */
const WIDEST_TITLE = 48

/** What has ended looks the same until the terminal's width changes; to compare long texts takes its time. */
const drawn = new WeakMap<EndingEvent, { readonly width: number; readonly lines: string[] }>()

/** The list as it stands: the lab's steps below one line, then the others. What has not begun is not drawn. */
export function boardLines({ mode, steps }: RunRecord, look: BoardLook): string[] {
  const { say = asWritten } = look
  const paint = painter(look.color)
  const widths = steps.map(({ title, list }) => widthOf(title) + levelOf(list))
  const titleWidth = Math.min(WIDEST_TITLE, Math.max(0, ...widths))
  const lab = steps.filter(({ list }) => list === 'lab')
  const others = steps.filter(({ list }) => list !== 'lab')

  const space = (level: number): RowSpace => ({
    width: Math.max(1, look.columns - FRAME - level),
    titleWidth: titleWidth - level,
    paint,
  })
  const stepLines = (step: StepRecord): string[] => {
    const room = space(levelOf(step.list))
    if (step.ending !== undefined) return endedLines(step, step.ending, room)
    if (step.began === undefined) return []
    if (look.over)
      return finishedRow({ mark: '■', title: step.title, detail: say('not finished') }, room)
    const ms = look.now - step.began
    const time = ms < SHOW_TIME_AFTER_MS ? '' : `(${say(elapsed(ms))})`
    const detail = [step.progress, time].filter((part) => part !== '').join('  ')
    return [`${paint('cyan', look.spinner)} ${runningRow(step.title, detail, room)}`]
  }
  const endedLines = (step: StepRecord, event: EndingEvent, room: RowSpace): string[] => {
    const before = drawn.get(event)
    const { width } = room
    const lines = before?.width === width ? before.lines : finishedLines(step, event, room)
    drawn.set(event, { width, lines })
    return lines
  }
  const finishedLines = (step: StepRecord, event: EndingEvent, room: RowSpace): string[] => {
    // What was not asked for need not be looked at.
    if (event.type === 'step-skipped') return []
    const width = room.width - LEVEL
    const { mark, detail, lines } = endingText(event, { ...look, columns: width })
    // Where a failure ends the run, its block follows right below and names the problem.
    const toldBelow = event.type === 'step-failed' && mode !== 'verify'
    const { isTable } = step
    const table = isTable ? tableLines(step.measured, width) : step.measured
    const measured = table.flatMap((line) => wrap(line, width)).map((line) => paint('dim', line))
    return finishedRow(
      {
        mark,
        title: step.title,
        detail: toldBelow ? '' : oneLine(detail),
        lines: [...lines, ...measured],
        quiet: event.type === 'step-satisfied',
      },
      room,
    )
  }
  const labLines = (): string[] => {
    const tally = tallyOf(lab)
    const ended = tally.total - tally.steps.open.length
    const below = (): string[] => indent(lab.flatMap(stepLines), LEVEL)
    if (tally.steps.skipped.length === tally.total || !lab.some(isSeen)) return []
    if (ended < tally.total && !look.over) {
      const row = runningRow(
        say('Lab'),
        say(`${String(ended)} of ${String(tally.total)}`),
        space(0),
      )
      return [`${paint('cyan', '❯')} ${row}`, ...below()]
    }
    const head = {
      mark: lab.some(isOpen) ? '■' : markOf(tally),
      title: say('Lab'),
      detail: say(detailOf(tally, say)),
      quiet: tally.steps.unchanged.length === tally.total,
    }
    return [...finishedRow(head, space(0)), ...(mayFold(tally) ? [] : below())]
  }
  /** Only what went well and has nothing to show is folded; without a chapter the lab is what is to be seen. */
  const mayFold = ({ total, steps: { unchanged, proven, changed } }: Tally): boolean => {
    if (look.verbose) return false
    const quiet = unchanged.length + proven.length
    return (
      quiet === total || (mode === 'run' && others.length > 0 && quiet + changed.length === total)
    )
  }
  return [...labLines(), ...others.flatMap(stepLines)]
}

function levelOf(list: StepRecord['list']): number {
  return list === 'lab' ? LEVEL : 0
}

function isSeen({ began, ending }: StepRecord): boolean {
  return began !== undefined || ending !== undefined
}

function isOpen({ began, ending }: StepRecord): boolean {
  return began !== undefined && ending === undefined
}

function markOf({ steps, blocked }: Tally): string {
  if (steps.failed.length > 0 || blocked.length > 0) return '✖'
  if (steps.interrupted.length > 0) return '■'
  if (steps.drifted.length > 0) return '!'
  return steps.planned.length + steps.waiting.length + steps.unknown.length > 0 ? '~' : '✔'
}

function detailOf(tally: Tally, say: Say): string {
  const count = counted(tally.total, 'step')
  if (tally.steps.unchanged.length === tally.total) return `${count}, nothing to do`
  if (tally.steps.proven.length === tally.total) return `${count}, all as wanted`
  return `${count}: ${tallyText(tally, say)}`
}
