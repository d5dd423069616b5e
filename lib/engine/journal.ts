import type { Json } from '../core/json.ts'
import type { StepId } from '../ports/step.ts'
import type { Outcome } from '../ports/events.ts'

/** The version of the journal's format; another one is refused. */
export const JOURNAL_VERSION = 1

/** The first line: what the journal belongs to. */
export interface JournalHeader {
  readonly v: typeof JOURNAL_VERSION
  readonly kind: 'journal'
  readonly target: string
  /** The uid of the cluster's kube-system namespace; null where the list is not about a cluster. */
  readonly cluster: string | null
}

/** A run that is about to write. The same id again: the run goes on in a new process. */
export interface RunStart {
  readonly type: 'run-start'
  readonly run: string
  readonly mode: 'run' | 'rollback'
  /** Fingerprint of the inventory. */
  readonly inventory: string
  readonly at: string
  /** Digest of the saved plan that the run is bound to. */
  readonly savedPlan?: string
  readonly only?: StepId
  readonly from?: StepId
  readonly to?: StepId
}

/** Every line after the first. */
export type Entry =
  | RunStart
  /** Before the first write of a step: all that undo needs. `n` counts the intents from 0. */
  | {
      readonly type: 'intent'
      readonly n: number
      readonly run: string
      readonly step: StepId
      readonly at: string
      readonly undo: Json
    }
  /** What only the write itself could tell. */
  | { readonly type: 'fact'; readonly n: number; readonly fact: Json }
  /** Applied and verified: closes all open intents of the step. */
  | { readonly type: 'done'; readonly step: StepId }
  | { readonly type: 'failed'; readonly step: StepId }
  | { readonly type: 'undone'; readonly n: number }
  | { readonly type: 'run-end'; readonly run: string; readonly outcome: Outcome }

/** One step's permission to write, with the way back. */
export interface Intent {
  readonly n: number
  readonly run: string
  readonly step: StepId
  readonly at: string
  readonly undo: Json
  readonly facts: readonly Json[]
  /** `open`: begun, neither proven nor given back. A step may have several; each has its own before-image. */
  readonly state: 'open' | 'done' | 'undone'
}

/** A run that did not come to its end. */
export interface Unfinished extends RunStart {
  /** `open` where not even the end was written: killed. */
  readonly outcome: Exclude<Outcome, 'done'> | 'open'
  /** The step that it was at last. */
  readonly step?: StepId
}

/** What all lines together say. */
export interface JournalState {
  readonly intents: readonly Intent[]
  readonly unfinished: Unfinished | null
}

/** The state of a journal that is not there yet. */
export const EMPTY: JournalState = { intents: [], unfinished: null }

/** The state after all entries. */
export function fold(entries: readonly Entry[]): JournalState {
  return entries.reduce(advance, EMPTY)
}

/** The state after one entry more. */
export function advance(state: JournalState, entry: Entry): JournalState {
  switch (entry.type) {
    case 'run-start':
      return { ...state, unfinished: started(state.unfinished, entry) }
    case 'intent':
      return {
        intents: [
          ...state.intents,
          {
            n: entry.n,
            run: entry.run,
            step: entry.step,
            at: entry.at,
            undo: entry.undo,
            facts: [],
            state: 'open',
          },
        ],
        unfinished: atStep(state.unfinished, entry.step),
      }
    case 'fact':
      return change(state, entry.n, (intent) => ({
        ...intent,
        facts: [...intent.facts, entry.fact],
      }))
    case 'done':
      return {
        ...state,
        intents: state.intents.map((intent) =>
          intent.step === entry.step && intent.state === 'open'
            ? { ...intent, state: 'done' }
            : intent,
        ),
      }
    case 'failed':
      return { ...state, unfinished: atStep(state.unfinished, entry.step) }
    case 'undone':
      return change(state, entry.n, (intent) => ({ ...intent, state: 'undone' }))
    case 'run-end':
      return { ...state, unfinished: ended(state.unfinished, entry) }
  }
}

/** The intents of a step that were begun, neither proven nor given back; newest first. */
export function openIntents(state: JournalState, step: StepId): readonly Intent[] {
  return state.intents
    .filter((intent) => intent.step === step && intent.state === 'open')
    .toReversed()
}

/** What rollback has to give back, over all runs; newest first. */
export function undoStack(state: JournalState): readonly Intent[] {
  return state.intents.filter((intent) => intent.state !== 'undone').toReversed()
}

/** `--only` repairs one step: it does not make an unfinished run a finished one. */
function started(before: Unfinished | null, entry: RunStart): Unfinished {
  if (entry.only !== undefined && before?.mode === 'run') return before
  return { ...entry, outcome: 'open' }
}

function ended(
  unfinished: Unfinished | null,
  entry: Extract<Entry, { type: 'run-end' }>,
): Unfinished | null {
  if (unfinished?.run !== entry.run) return unfinished
  return entry.outcome === 'done' ? null : { ...unfinished, outcome: entry.outcome }
}

function atStep(unfinished: Unfinished | null, step: StepId): Unfinished | null {
  return unfinished === null ? null : { ...unfinished, step }
}

function change(state: JournalState, n: number, to: (intent: Intent) => Intent): JournalState {
  return {
    ...state,
    intents: state.intents.map((intent) => (intent.n === n ? to(intent) : intent)),
  }
}
