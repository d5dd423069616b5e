import type { StepTitle } from './events.ts'

/** A step's turn. */
export type Task = StepTitle & { readonly run: () => Promise<void> }

/**
 * Carries out tasks one after the other, in their order. The first that rejects ends the list: the later
 * ones never begin, and the runner rejects as well.
 */
export type TaskRunner = (tasks: readonly Task[]) => Promise<void>
