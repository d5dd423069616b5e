import type { StepTitle } from './events.ts'

export type Task = StepTitle & { readonly run: () => Promise<void> }

/** Carries out tasks in their order. The first that rejects ends the list, and the runner rejects as well. */
export type TaskRunner = (tasks: readonly Task[]) => Promise<void>

/** Nobody watches: one after the other. */
export const inTurn: TaskRunner = async (tasks) => {
  for (const task of tasks) await task.run()
}
