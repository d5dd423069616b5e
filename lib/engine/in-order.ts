import { exitCodeOf } from '../core/errors.ts'
import type { Ending } from './ending.ts'
import { explanationOf } from './explain.ts'
import type { Item, RunContext } from './run-context.ts'

/** Goes through the items in their order. Null when all had their turn; else how the run ends where it stopped. */
export async function inOrder<I extends Item>(
  { setup }: RunContext,
  items: readonly I[],
  turn: (item: I) => Promise<Ending | null>,
): Promise<Ending | null> {
  const stop: { ending: Ending | null } = { ending: null }
  const tasks = items.map((item) => ({
    id: item.step.id,
    title: item.step.title,
    list: item.list,
    async run() {
      stop.ending = await turn(item)
      if (stop.ending !== null) throw new Error('the run ends here', { cause: stop.ending.error })
    },
  }))
  try {
    await setup.runTasks(tasks)
  } catch (error) {
    // What a turn ended with is known; anything else is a fault of the runner, or of the turn itself.
    stop.ending ??= { code: exitCodeOf(error), error, unreported: explanationOf(error) }
  }
  return stop.ending
}
