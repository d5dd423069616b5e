import type { StepTitle } from './events.ts'

export type Task = StepTitle & { readonly run: () => Promise<void> }

/** Carries out tasks in their order. The first that rejects ends the list, and the runner rejects as well. */
export type TaskRunner = (tasks: readonly Task[]) => Promise<void>
