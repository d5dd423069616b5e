import { observed } from '../core/errors.ts'
import { type Item, readingOf, type RunContext } from './run-context.ts'

/** Tells what a person would type for this step, where that is asked for and can be told yet. */
export async function tellByHand(run: RunContext, item: Item): Promise<void> {
  const { step } = item
  if (run.setup.byHand !== true || step.byHand === undefined) return
  try {
    const commands = await step.byHand(readingOf(run, item))
    run.setup.sink({ type: 'step-by-hand', step: step.id, commands })
  } catch (error) {
    // Whatever stands in the way stands in the step's own way, which tells it.
    observed(error)
  }
}
