import type { Clock } from '../core/clock.ts'
import type { Diagnose } from '../ports/diagnose.ts'
import type { Acting, Reading, Step, StepId } from '../ports/step.ts'
import type { Command, Hints } from './command.ts'
import type { Ledger, ListName, Mode, Outcome, Sink } from '../ports/events.ts'
import type { TaskRunner } from '../ports/task-runner.ts'
import type { PlanStore, SavedPlan } from './saved-plan.ts'

/** What the engine adds to the ports while a step looks. */
export type ReadingHooks = Pick<Reading, 'signal' | 'progress' | 'saw' | 'show'>

/** What the engine adds to the ports while a step acts. */
export type ActingHooks = ReadingHooks & Pick<Acting, 'record' | 'remark' | 'undone'>

/** The ports of a list: real ones, overlays for a dry-run, gated ones for `verify` (which never asks for `acting`). */
export interface Ports {
  reading(hooks: ReadingHooks): Reading
  acting(hooks: ActingHooks): Acting
}

export interface JournalStore {
  /** The path, for messages. */
  readonly where: string
  /** Null where there is none. Throws InputError where it cannot be trusted or read. */
  read(): Promise<Uint8Array | null>
  /** Everything from byte `offset` on becomes `bytes`, durably, or the file stays as it was (StepError: disk full). */
  write(offset: number, bytes: Uint8Array): Promise<void>
  close(): Promise<void>
}

/** One run at a time: on this machine, or on whatever else runs of other machines reach as well. */
export interface Lock {
  /** Throws LockedError naming the holder. `progress` is told of a wait that shows whether it is dead. */
  take(run: string, step: string, progress?: (text: string) => void): Promise<HeldLock>
}

export interface HeldLock {
  /** Before each step that writes: tells others where the run is. Throws LockedError where it was lost. */
  at(step: string): Promise<void>
  /** Asks nobody, so that it can stand right before a write. Left out where a lock cannot run out. */
  mustHold?(): void
  release(): Promise<void>
}

/** An ordered list of steps, what they act on, and where it is written down. */
export interface StepList {
  readonly name: ListName
  readonly steps: readonly Step[]
  readonly ports: Ports
  readonly journal: JournalStore
  /** Where runs of other machines reach the same: held, beside that of the machine, by whoever changes it. */
  readonly lock?: Lock
  /** The target's name: a journal of another one is refused. */
  readonly target: string
  /** The cluster's uid; null where it cannot be told now (a lab that is down). Left out: no cluster. */
  readonly identity?: () => Promise<string | null>
  /** After a rollback that left nothing to undo, before the lock is released; returns notes. */
  readonly afterRollback?: () => Promise<readonly string[]>
}

export type Result = {
  readonly mode: Mode
  readonly outcome: Outcome
  readonly code: number
  /** Whatever was thrown, for `--verbose`; already told by an event. */
  readonly error?: unknown
  /** Steps that were applied or undone. */
  readonly changed: number
  readonly unchanged: number
  /** Lists that hold changes of earlier runs as well. */
  readonly before: readonly ListName[]
}

/** A dry-run whose plan is kept. */
export type Saving = {
  readonly store: PlanStore
  readonly carryOut: string
}

/** A real run that may do what a saved plan says, and nothing else. */
export interface Bound {
  readonly plan: SavedPlan
  readonly where: string
  /** The run's lists as a dry-run has them, fresh each time. `currentStep` is the one that is looked at. */
  rehearse(currentStep: () => StepId): Promise<readonly StepList[]>
}

export interface Setup {
  /** In their order: the lab, then the chapter; `lab up` gives only the lab. */
  readonly lists: readonly StepList[]
  readonly command: Command
  readonly inventory: string
  /** One line for people: `target lab: 3 controllers, 3 workers`. */
  readonly target: string
  readonly lock: Lock
  readonly clock: Clock
  /** When the user has started it, in milliseconds since 1970; now where left out. */
  readonly since?: number
  /** Aborted with an InterruptedError. */
  readonly signal: AbortSignal
  readonly sink: Sink
  /** Whether all is there that steps look at: then their looks need not wait for each other. Never, where left out. */
  readonly mayLookAhead?: () => Promise<boolean>
  /** Before the turn of each step that is not only checked: somebody reads along, and may have the run stopped. */
  readonly before?: (step: Step) => Promise<void>
  /** Carries out the steps in their order; what a step does in its turn is the engine's. */
  readonly runTasks: TaskRunner
  readonly hints: Hints
  readonly program: string
  /** Masks secrets in whatever becomes part of a saved plan, or is compared with one. */
  readonly seal: <T>(value: T) => T
  /** Only with `dry-run`. */
  readonly saving?: Saving
  /** Only with `run`; its `from` and `only` are those of the plan. */
  readonly bound?: Bound
  readonly ledger: () => Ledger
  /** Set where each step tells what a person would type for the same. */
  readonly byHand?: boolean
  /** Asked while a step waits, and before a failed one undoes itself. */
  readonly diagnose?: Diagnose
  /** After the last step, however it ended, while the locks are still held. */
  readonly last?: () => Promise<void>
  readonly notes?: (result: Result) => readonly string[]
  /** Told apart from other runs by this; made of time and process by the caller. */
  readonly run: string
}
