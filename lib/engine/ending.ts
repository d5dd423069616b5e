import { type Explanation, exitCodeOf } from '../core/errors.ts'
import { explanationOf } from './explain.ts'
import type { Item, RunContext } from './run-context.ts'

/** How the steps came out. */
export interface Ending {
  readonly code: number
  /** What was thrown, where something was. */
  readonly error?: unknown
  /** The error in words, where no step's event has told it. */
  readonly untold?: Explanation
  readonly notes?: readonly string[]
}

/** Evaluated each time: the signal may abort while something is awaited. */
export function isStopping({ setup }: RunContext): boolean {
  return setup.signal.aborted
}

/**
 * Ctrl-C and its like: nothing is undone for it, the journal says where it stopped. `item` is the step that
 * was in flight; null between two steps. `undone` is what a rollback had given back by then.
 */
export async function interrupted(
  run: RunContext,
  item: Item | null,
  undone?: readonly string[],
): Promise<Ending> {
  const error: unknown = run.setup.signal.reason
  const code = exitCodeOf(error)
  if (item !== null && writesJournal(run)) await record(run, item)
  const { resume, again } = run.setup.wording
  const goOn = run.session.hasBegun() ? resume : again
  const explanation = { ...explanationOf(error), remedy: goOn }
  if (item === null) {
    return { code, error, untold: { ...explanation, ...(undone ? { seen: undone } : {}) } }
  }
  const open = run.session.open(item.list, item.step.id).length > 0
  run.setup.sink({
    type: 'step-failed',
    step: item.step.id,
    explanation,
    undone: undone ?? (open ? ['nothing: an interrupted step is left as it is'] : []),
    goOn,
    interrupted: true,
  })
  return { code, error }
}

function writesJournal({ mode }: RunContext): boolean {
  return mode === 'run' || mode === 'rollback'
}

async function record(run: RunContext, { list, step }: Item): Promise<void> {
  try {
    await run.session.begin(list, step.id)
  } catch {
    // Then nothing was begun and the words say to run it again.
  }
}
