import { type Explanation, exitCodeOf } from '../core/errors.ts'
import { explanationOf } from './explain.ts'
import type { Hints } from './command.ts'
import type { Item, RunContext } from './run-context.ts'

export type Ending = {
  readonly code: number
  /** What was thrown, where something was. */
  readonly error?: unknown
  /** The error in words, where no step's event has told it. */
  readonly unreported?: Explanation
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
  const open = item !== null && isOpen(run, item)
  const goOn = goOnFrom(run.setup.hints, { begun: run.session.hasBegun(), open })
  const explanation = { ...explanationOf(error), remedy: goOn }
  if (item === null) {
    return { code, error, unreported: { ...explanation, ...(undone ? { seen: undone } : {}) } }
  }
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

/** True where the journal has something of the step that is neither done nor given back. */
export function isOpen({ session }: RunContext, { list, step }: Item): boolean {
  return session.open(list, step.id).length > 0
}

/** The one command that does the rest. */
export function goOnFrom(
  { again, resume, half = resume }: Hints,
  { begun, open }: { readonly begun: boolean; readonly open: boolean },
): string {
  if (!begun) return again
  return open ? half : resume
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
