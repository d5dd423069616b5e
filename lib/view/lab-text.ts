import type { Mode, Outcome, StepTitle } from '../ports/events.ts'
import type { StepId } from '../ports/step.ts'
import type { BoardText } from './board-text.ts'
import { counted, indent } from './layout.ts'
import { finishedRow, runningRow } from './live-row.ts'
import { tallyOf, tallyText } from './tally.ts'
import type { Tally } from './tally.ts'
import type { EndingEvent } from './view-events.ts'

/** The lab's part of a run, as far as it has come. */
export interface LabState {
  readonly lab: readonly StepTitle[]
  readonly endings: ReadonlyMap<StepId, EndingEvent>
  /** Steps being worked on. */
  readonly open: readonly StepTitle[]
  /** How the run ended, where it has. */
  readonly outcome?: Outcome | undefined
}

/** When the lab's steps are folded under one line. */
export interface FoldOptions {
  readonly mode: Mode
  readonly verbose: boolean
  /** Whether the chapter follows; without it the lab is what the reader wants to see. */
  readonly chapterFollows: boolean
}

/** The lab's line while its steps are worked on. */
export function labRunning({ lab, endings }: LabState, text: BoardText): string {
  const ended = lab.filter(({ id }) => endings.has(id)).length
  return runningRow('Lab', `${String(ended)} of ${String(lab.length)}`, text.space(0))
}

/**
 * The lab's last text: one line, or with its steps below where there is something to see; none where
 * the run leaves the lab out.
 */
export function labFinished(state: LabState, text: BoardText, options: FoldOptions): string {
  const tally = tallyOf(state.lab, state.endings)
  if (tally.steps.skipped.length === tally.total) return ''
  const head = finishedRow(
    {
      mark: state.open.length > 0 ? '■' : markOf(tally),
      title: 'Lab',
      detail: detailOf(tally),
      lines: [],
      quiet: tally.steps.unchanged.length === tally.total,
    },
    text.space(0),
  )
  if (mayFold(tally, options)) return head.join('\n')
  const below = state.lab.flatMap((step) => {
    const event = state.endings.get(step.id)
    if (event?.type === 'step-skipped') return []
    if (event !== undefined) return hanging(text.finished(step, event))
    return state.open.includes(step) ? hanging(text.unfinished(step, state.outcome)) : []
  })
  return [...head, ...below].join('\n')
}

/** Only what went well and has nothing to show is folded. */
function mayFold({ total, steps }: Tally, { mode, verbose, chapterFollows }: FoldOptions): boolean {
  if (verbose) return false
  const quiet = steps.unchanged.length + steps.proven.length
  if (quiet === total) return true
  return mode === 'run' && chapterFollows && quiet + steps.changed.length === total
}

function markOf({ steps, blocked }: Tally): string {
  if (steps.failed.length > 0 || blocked.length > 0) return '✖'
  if (steps.interrupted.length > 0) return '■'
  if (steps.drifted.length > 0) return '!'
  return steps.planned.length + steps.waiting.length + steps.unknown.length > 0 ? '~' : '✔'
}

function detailOf(tally: Tally): string {
  const count = counted(tally.total, 'step')
  if (tally.steps.unchanged.length === tally.total) return `${count}, nothing to do`
  if (tally.steps.proven.length === tally.total) return `${count}, all as wanted`
  return `${count}: ${tallyText(tally)}`
}

/** Below a mark of its own, further lines stand right of it; listr2 does the same for whole texts. */
function hanging([first = '', ...rest]: readonly string[]): string[] {
  return [first, ...indent(rest, 2)]
}
