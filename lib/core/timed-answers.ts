import type { Clock } from './clock.ts'

/** An idle API server answers within some milliseconds, one of a busy machine within a tenth of this. */
const SLOW_MS = 1_000

/** Asks all at once; `slow` names those that took a second or more, each behind `; `, to stand behind a proof. */
export async function askTimed<T>(
  clock: Clock,
  asked: readonly { readonly name: string; readonly ask: () => Promise<T> }[],
): Promise<{ readonly answers: readonly T[]; readonly slow: string }> {
  const began = clock.now().getTime()
  const timed = asked.map(async ({ name, ask }) => {
    const answer = await ask()
    const ms = clock.now().getTime() - began
    return { answer, slow: ms < SLOW_MS ? '' : `; ${name} took ${(ms / 1000).toFixed(1)} s` }
  })
  const all = await Promise.all(timed)
  return { answers: all.map(({ answer }) => answer), slow: all.map(({ slow }) => slow).join('') }
}
