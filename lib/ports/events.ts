import type { Explanation } from '../core/errors.ts'
import type { Asked, AskedSecond } from '../core/asked-data.ts'
import type { Changes } from '../core/change.ts'
import type { Measured, Step, StepId } from './step.ts'

/** Which list a step belongs to; those of the lab and the chapter are ordered. */
export type ListName = 'lab' | 'chapter' | 'faults' | 'prove'

export type Mode = 'run' | 'dry-run' | 'verify' | 'rollback'

export type StepTitle = {
  readonly id: StepId
  readonly title: string
  readonly list: ListName
}

/** A step as a run begins with it. */
export type ToldStep = StepTitle & Pick<Step, 'chapter'>

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
 * any `step-progress`, `step-measured` and `step-by-hand`, exactly one ending (`satisfied`, `planned`, `unknown`, `done`, `proven`,
 * `drifted`, `failed`, `undone`; a `skipped` step has no start), then `run-ended`.
 * After a failure or an interruption the later steps get no event. In a rollback the same step may
 * come twice, not side by side, when two runs changed it: match by order, not by id alone.
 */
export type Event = RunStarted | StepEvent | AskedEvent | RunEnded

/** While what serves DNS changes, somebody asks. These come between those of the steps, and the second one before the run's end. */
type AskedEvent =
  | Readonly<{ type: 'dns-second' } & AskedSecond>
  /** `lines` are the same for people. */
  | Readonly<{ type: 'dns-asked'; lines: readonly string[] } & Asked>

type RunStarted = {
  readonly type: 'run-started'
  readonly mode: Mode
  readonly run: string
  /** One line for people: `target lab: 3 controllers, 3 workers`. */
  readonly target: string
  readonly steps: readonly ToldStep[]
  /** The command that was given, to be given again: `npx tsx run.ts verify`. */
  readonly asked?: string
  /** This program's version. */
  readonly program?: string
  /** kubectl for the target, to be typed: `kubectl --kubeconfig F --context C`. */
  readonly kubectl?: string
}

type OfStep<Type extends string, Data = unknown> = Readonly<{ type: Type; step: StepId } & Data>

type StepEvent =
  | OfStep<'step-started'>
  | OfStep<'step-progress', { text: string }>
  /** The last one before the ending holds. */
  | OfStep<'step-measured', Measured>
  /** What a person types for the same: told only where a report is kept. */
  | OfStep<'step-by-hand', { commands: string }>
  | OfStep<'step-satisfied', { because: string }>
  /**
   * Dry-run: what would change. `blocked` is why it could not, `explanation` all that stands in the way; `undo`,
   * of a rollback, what it would say that it gave back.
   */
  | OfStep<
      'step-planned',
      { changes: Changes; blocked?: string; explanation?: Explanation; undo?: readonly string[] }
    >
  /** Dry-run: cannot be told before another step has run. */
  | OfStep<'step-unknown', { after: StepId; because: string }>
  /** Applied and verified. */
  | OfStep<'step-done', { changes: Changes; proof: string }>
  | OfStep<'step-proven', { proof: string }>
  /** verify: differs from what is wanted. */
  | OfStep<'step-drifted', { changes: Changes }>
  | OfStep<'step-failed', StepFailure>
  | OfStep<'step-undone', { undone: readonly string[] }>
  | OfStep<'step-skipped', { because: string }>

type StepFailure = {
  readonly explanation: Explanation
  /** What the failed step gave back, a line each; empty where it had changed nothing. */
  readonly undone: readonly string[]
  readonly goOn?: string
  /** The run was interrupted; nothing is wrong with the step. */
  readonly interrupted?: true
}

type RunEnded = {
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
