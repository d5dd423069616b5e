import type { Asked, AskedSecond } from '../core/asked-data.ts'
import type { Clock } from '../core/clock.ts'
import type { ClusterReader } from '../ports/cluster.ts'
import type { Askers } from './askers.ts'
import { askSteadily, type Question } from './ask-steadily.ts'
import { asked } from './tally.ts'

/** What came of it all, and second by second. */
export type AskedAll = { readonly asked: Asked; readonly seconds: readonly AskedSecond[] }

/** Asks from all of them until the signal aborts; tells each second. Never rejects but for a bug. */
export async function askedUntil(
  ctx: { readonly cluster: ClusterReader; readonly clock: Clock; readonly signal: AbortSignal },
  question: Question,
  { askers, silent }: Askers,
  onSecond: (second: AskedSecond, soFar: () => AskedAll) => void,
): Promise<AskedAll> {
  const seconds: AskedSecond[] = []
  const workers = [...askers, ...silent].map(({ worker }) => worker).sort()
  const soFar = (): AskedAll => ({ asked: asked(question, workers, seconds, silent), seconds })
  const troubles = await askSteadily(ctx, { ...question, askers }, ctx.signal, (second) => {
    seconds.push(second)
    onSecond(second, soFar)
  })
  return { asked: asked(question, workers, seconds, [...silent, ...troubles]), seconds }
}
