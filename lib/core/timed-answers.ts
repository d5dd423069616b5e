import type { Clock } from './clock.ts'

/** An idle API server answers within some milliseconds, one of a busy machine within a tenth of this. */
const SLOW_MS = 1_000

type Asked<T> = { readonly name: string; readonly ask: () => Promise<T> }
/** An answer, and how long it was waited for. */
export type Timed<T> = Asked<T> & { readonly answer: T; readonly ms: number }

/** Asks all at once. */
export function askTimed<T>(
  clock: Clock,
  asked: readonly Asked<T>[],
): Promise<readonly Timed<T>[]> {
  const since = clock.now().getTime()
  return Promise.all(
    asked.map(async (one) => {
      const answer = await one.ask()
      return { ...one, answer, ms: clock.now().getTime() - since }
    }),
  )
}

/**
 * Names those that took a second or more, and again when asked once more, each behind `; `, to stand behind a proof: a
 * single slow answer is of a busy moment. None while they are starting, which is looked at only where it matters.
 */
export async function slowOnes<T>(
  clock: Clock,
  answers: readonly Timed<T>[],
  areStarting: () => Promise<boolean>,
): Promise<string> {
  const isSlow = ({ ms }: Timed<T>): boolean => ms >= SLOW_MS
  const slow = answers.filter(isSlow)
  if (slow.length === 0 || (await areStarting())) return ''
  const again = (await askTimed(clock, slow)).filter(isSlow)
  return again.map(({ name, ms }) => `; ${name} took ${(ms / 1000).toFixed(1)} s`).join('')
}
