import type { StepId } from '../ports/step.ts'
import type { ListName } from '../ports/events.ts'

/** What the user asked for, as far as the engine is concerned. */
export type Command = ForwardCommand | RollbackCommand

export type ForwardCommand = {
  readonly mode: 'run' | 'dry-run' | 'verify'
  /** Goes on with the unfinished run, whichever mode that had. Only with `run` and `dry-run`. */
  readonly resume?: boolean | undefined
  /** Earlier steps are only checked and must hold. */
  readonly from?: StepId | undefined
  readonly only?: StepId | undefined
  /** Digest of the saved plan that the run is bound to. */
  readonly savedPlan?: string | undefined
  readonly keep?: boolean | undefined
}

export type RollbackCommand = {
  readonly mode: 'rollback'
  /** Whose journal: the chapter's, or the lab's for `lab down`. */
  readonly list: ListName
  /** All steps after this one are undone; itself stays as it is. */
  readonly to?: StepId | undefined
  /** Only what the last run has changed that changed anything; not with `to`. */
  readonly lastRun?: boolean | undefined
  /** Goes on with the list's unfinished rollback and keeps to how far it goes; another one is refused. */
  readonly resume?: boolean | undefined
  /** Only tells what it would undo; the ports are overlays. */
  readonly dryRun?: boolean | undefined
  /** Only these steps; all where left out. */
  readonly only?: readonly StepId[] | undefined
}

/** The commands to paste that failures and interruptions name. */
export type Hints = {
  /** The same command with the same options: `npx tsx run.ts --only pod-name`. */
  readonly again: string
  /** Does the rest of what was asked for, and no more: `npx tsx run.ts --resume`. */
  readonly resume: string
  /** The same where a step is left half done and would be refused so; else `resume` does that too. */
  readonly half?: string
  /** Runs all steps, from the start: `npx tsx run.ts`. */
  readonly all: string
  /** Gives all back: `npx tsx run.ts rollback`. */
  readonly undo: string
}
