import type { TaskRunner } from '../../lib/ports/task-runner.ts'

/** The plainest of all runners. */
export const inTurn: TaskRunner = async (tasks) => {
  for (const task of tasks) await task.run()
}
