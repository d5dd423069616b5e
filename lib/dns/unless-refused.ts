import { StepError } from '../core/errors.ts'

/**
 * The answer, or why there is none: for what can be left out, and said to be. Where the cluster cannot be asked at
 * all, nothing can: it would only be waited for once more.
 */
export async function unlessRefused<T>(
  question: () => Promise<T>,
): Promise<{ readonly found: T } | { readonly refused: string }> {
  try {
    return { found: await question() }
  } catch (error) {
    if (error instanceof StepError && !error.noAccess) return { refused: error.reason }
    throw error
  }
}

/** The same where nobody has to be told why: `none` takes the answer's place. */
export async function orWhereRefused<T>(none: T, question: () => Promise<T>): Promise<T> {
  const answer = await unlessRefused(question)
  return 'found' in answer ? answer.found : none
}
