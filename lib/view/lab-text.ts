import type { Mode, Outcome, StepTitle } from '../engine/events.ts'
import type { StepId } from '../step.ts'
import type { BoardText } from './board-text.ts'
import { counted, indent } from './layout.ts'
import { finishedRow, runningRow } from './live-row.ts'
import { tallyOf, tallyText } from './tally.ts'
import type { EndingEvent, Tally } from './tally.ts'

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

/** The lab's last text: one line, or with its steps below where there is something to see. */
export function labFinished(state: LabState, text: BoardText, options: FoldOptions): string {
  const tally = tallyOf(state.lab, state.endings)
  const head = finishedRow(
    {
      mark: state.open.length > 0 ? '■' : markOf(tally),
      title: 'Lab',
      detail: detailOf(tally),
      lines: [],
      quiet: tally.ended['step-satisfied'].length === tally.total,
    },
    text.space(0),
  )
  if (mayFold(tally, options)) return head.join('\n')
  const below = state.lab.flatMap((step) => {
    const event = state.endings.get(step.id)
    if (event !== undefined) return hanging(text.finished(step, event))
    return state.open.includes(step) ? hanging(text.unfinished(step, state.outcome)) : []
  })
  return [...head, ...below].join('\n')
}

/** Only what went well and has nothing to show is folded. */
function mayFold({ total, ended }: Tally, { mode, verbose, chapterFollows }: FoldOptions): boolean {
  const quiet = ended['step-satisfied'].length + ended['step-proven'].length
  if (quiet === total) return !verbose
  return !verbose && chapterFollows && mode === 'run' && quiet + ended['step-done'].length === total
}

function markOf({ ended, blocked }: Tally): string {
  if (ended['step-failed'].length > 0 || blocked.length > 0) return '✖'
  if (ended['step-drifted'].length > 0) return '!'
  return ended['step-planned'].length + ended['step-unknown'].length > 0 ? '~' : '✔'
}

function detailOf(tally: Tally): string {
  const steps = counted(tally.total, 'step')
  if (tally.ended['step-satisfied'].length === tally.total) return `${steps}, nothing to do`
  if (tally.ended['step-proven'].length === tally.total) return `${steps}, all as wanted`
  return `${steps}: ${tallyText(tally)}`
}

/** Below a mark of its own, further lines stand right of it; listr2 does the same for whole texts. */
function hanging([first = '', ...rest]: readonly string[]): string[] {
  return [first, ...indent(rest, 2)]
}
