import { isExplained, StepError } from '../core/errors.ts'
import { type Item, listOf, readingOf, type RunContext } from './run-context.ts'

/**
 * Takes the locks before a step changes something; true when one was taken only now. Whoever lacks the right to
 * even that is told all the rights that lack, so that an admin has to be asked once.
 */
export async function claim(run: RunContext, item: Item): Promise<boolean> {
  try {
    return await run.session.claim(item.list, item.step.id)
  } catch (error) {
    throw (await lackingRights(run, item, error)) ?? error
  }
}

async function lackingRights(run: RunContext, item: Item, error: unknown) {
  if (!(error instanceof StepError && error.lacksRight)) return null
  for (const step of listOf(run, item.list).steps) {
    try {
      const lacking = await step.lackingRights?.(readingOf(run, item))
      if (lacking != null) return new StepError(lacking, { cause: error, obstacle: true })
    } catch (other) {
      // What was refused first is to be told all the same.
      if (!isExplained(other)) throw other
    }
  }
  return null
}
