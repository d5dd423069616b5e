import type { Explanation } from '../core/errors.ts'
import type { JsonObject } from '../core/json.ts'
import type { Changes } from '../core/change.ts'
import type { StepId } from './step.ts'

/** Which list a step belongs to; those of the lab and the chapter are ordered. */
export type ListName = 'lab' | 'chapter' | 'faults' | 'prove'

/** What kind of run this is. */
export type Mode = 'run' | 'dry-run' | 'verify' | 'rollback'

export type StepTitle = {
  readonly id: StepId
  readonly title: string
  readonly list: ListName
}

/** What was sent to the API server and done on the machine. */
export type Ledger = {
  /** Requests that could change nothing, `dryRun=All` included. */
  readonly reads: number
  readonly dryRuns: number
  readonly writes: number
  /** Things put or restored on the machine. */
  readonly hostWrites: number
}

export type Outcome = 'done' | 'failed' | 'interrupted'

/**
 * The one vocabulary between the engine and everything that shows or stores what happens.
 * Sinks are exhaustive switches. Order: `run-started`, then for each step in turn `step-started`,
 * any `step-progress` and `step-measured`, exactly one ending (`satisfied`, `planned`, `unknown`, `done`, `proven`,
 * `drifted`, `failed`, `undone`; a `skipped` step has no start), then `run-ended`.
 * After a failure or an interruption the later steps get no event. In a rollback the same step may
 * come twice, not side by side, when two runs changed it: match by order, not by id alone.
 */
export type Event =
  | {
      readonly type: 'run-started'
      readonly mode: Mode
      readonly run: string
      /** One line for people: `target lab: 3 controllers, 3 workers`. */
      readonly target: string
      readonly steps: readonly StepTitle[]
    }
  | { readonly type: 'step-started'; readonly step: StepId }
  | { readonly type: 'step-progress'; readonly step: StepId; readonly text: string }
  /** What was measured, as a small table and as data; the last one before the ending holds. */
  | {
      readonly type: 'step-measured'
      readonly step: StepId
      readonly lines: readonly string[]
      readonly data: JsonObject
    }
  /** Nothing to do, and why. */
  | { readonly type: 'step-satisfied'; readonly step: StepId; readonly because: string }
  /** Dry-run: what would change. `blocked` is why it could not. */
  | {
      readonly type: 'step-planned'
      readonly step: StepId
      readonly changes: Changes
      readonly blocked?: string
    }
  /** Dry-run: cannot be told before another step has run. */
  | {
      readonly type: 'step-unknown'
      readonly step: StepId
      readonly after: StepId
      readonly because: string
    }
  /** Applied and verified. */
  | {
      readonly type: 'step-done'
      readonly step: StepId
      readonly changes: Changes
      readonly proof: string
    }
  /** verify: as wanted. */
  | { readonly type: 'step-proven'; readonly step: StepId; readonly proof: string }
  /** verify: differs from what is wanted. */
  | { readonly type: 'step-drifted'; readonly step: StepId; readonly changes: Changes }
  | {
      readonly type: 'step-failed'
      readonly step: StepId
      readonly explanation: Explanation
      /** What the failed step gave back, a line each; empty where it had changed nothing. */
      readonly undone: readonly string[]
      readonly goOn?: string
      /** The run was interrupted; nothing is wrong with the step. */
      readonly interrupted?: true
    }
  /** rollback: given back. */
  | { readonly type: 'step-undone'; readonly step: StepId; readonly undone: readonly string[] }
  | { readonly type: 'step-skipped'; readonly step: StepId; readonly because: string }
  | {
      readonly type: 'run-ended'
      readonly mode: Mode
      readonly outcome: Outcome
      /** The exit code: tells 3 (drifted) from 4 (not healthy) after `verify`. */
      readonly code: number
      /** Why it ended, where no step was at fault (those have said so in `step-failed`). */
      readonly error?: Explanation
      readonly durationMs: number
      readonly ledger: Ledger
      /** Lines for people: how to undo, where the kubeconfig is. */
      readonly notes: readonly string[]
    }

/** Receives events in order. Must not throw. */
export type Sink = (event: Event) => void

/** Events as they are written into JSON lines. */
export const EVENT_FORMAT_VERSION = 1
