import type { Json } from '../core/json.ts'
import type { Outcome } from '../ports/events.ts'
import type { StepId } from '../ports/step.ts'
import type { Entry, EntryOf } from './journal-entry.ts'

/** One step's permission to write, with the way back. */
export type Intent = Omit<EntryOf<'intent'>, 'type'> & {
  readonly facts: readonly Json[]
  /** `open`: begun, neither proven nor given back. A step may have several; each has its own before-image. */
  readonly state: 'open' | 'done' | 'undone'
}

/** A run that did not come to its end. */
export type Unfinished = EntryOf<'run-start'> & {
  /** `open` where not even the end was written: killed. */
  readonly outcome: Exclude<Outcome, 'done'> | 'open'
  /** The step that it was at last. */
  readonly step?: StepId
}

export type JournalState = {
  readonly intents: readonly Intent[]
  readonly unfinished: Unfinished | null
}

export const EMPTY: JournalState = { intents: [], unfinished: null }

export function fold(entries: readonly Entry[]): JournalState {
  return entries.reduce(advance, EMPTY)
}

export function advance(state: JournalState, entry: Entry): JournalState {
  switch (entry.type) {
    case 'run-start':
      return { ...state, unfinished: started(state.unfinished, entry) }
    case 'intent':
      return {
        intents: [...state.intents, begun(entry)],
        unfinished: atStep(state.unfinished, entry.step),
      }
    case 'fact':
      return change(state, isNumber(entry.n), ({ facts }) => ({ facts: [...facts, entry.fact] }))
    case 'done':
      return change(state, isOpenOf(entry.step), () => ({ state: 'done' }))
    case 'failed':
      return { ...state, unfinished: atStep(state.unfinished, entry.step) }
    case 'undone':
      return change(state, isNumber(entry.n), () => ({ state: 'undone' }))
    case 'run-end':
      return { ...state, unfinished: ended(state.unfinished, entry) }
  }
}

/** The intents of a step that were begun, neither proven nor given back; newest first. */
export function openIntents(state: JournalState, step: StepId): readonly Intent[] {
  return state.intents.filter(isOpenOf(step)).toReversed()
}

/** What rollback has to give back, over all runs; newest first. */
export function undoStack(state: JournalState): readonly Intent[] {
  return state.intents.filter((intent) => intent.state !== 'undone').toReversed()
}

/** `--only` repairs one step: it does not make an unfinished run a finished one. */
function started(before: Unfinished | null, entry: EntryOf<'run-start'>): Unfinished {
  if (entry.only !== undefined && before?.mode === 'run') return before
  return { ...entry, outcome: 'open' }
}

function begun({ type: _, ...intent }: EntryOf<'intent'>): Intent {
  return { ...intent, facts: [], state: 'open' }
}

function ended(unfinished: Unfinished | null, entry: EntryOf<'run-end'>): Unfinished | null {
  if (unfinished?.run !== entry.run) return unfinished
  return entry.outcome === 'done' ? null : { ...unfinished, outcome: entry.outcome }
}

function atStep(unfinished: Unfinished | null, step: StepId): Unfinished | null {
  return unfinished === null ? null : { ...unfinished, step }
}

type Which = (intent: Intent) => boolean

function isNumber(n: number): Which {
  return (intent) => intent.n === n
}

function isOpenOf(step: StepId): Which {
  return (intent) => intent.step === step && intent.state === 'open'
}

function change(
  { intents, unfinished }: JournalState,
  which: Which,
  to: (intent: Intent) => Partial<Intent>,
): JournalState {
  const changed = intents.map((one) => (which(one) ? { ...one, ...to(one) } : one))
  return { intents: changed, unfinished }
}
