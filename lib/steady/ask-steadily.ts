import type { AskedSecond } from '../core/asked-data.ts'
import type { Clock } from '../core/clock.ts'
import { StepError } from '../core/errors.ts'
import { isMissing, type WithProber } from '../dns/ask-by-prober.ts'
import type { ClusterReader } from '../ports/cluster.ts'
import { type ProberRequest, steadyCommand } from '../ports/prober-commands.ts'
import { secondsIn } from './seconds.ts'

/** A pod with the prober, and the worker that it stands on. */
export type Asker = WithProber & { readonly worker: string }

/** Who is asked for what, and how often. */
export type Question = {
  readonly server: string
  readonly name: string
  /** Questions a second, of each asker. */
  readonly rate: number
}

/** Why a worker asked nothing, or not all the time. */
export type Trouble = { readonly worker: string; readonly because: string }

/** A resolver waits longer, and does not ask a hundred times. */
const LOST_AFTER_MS = 2_000
const AGAIN_MS = 1_000

/**
 * Asks from all of them until the signal aborts, and tells each second. A connection that is lost, as with its API
 * server, is made again. Returns what kept it from asking; never rejects but for a bug.
 */
export async function askSteadily(
  { cluster, clock }: { readonly cluster: ClusterReader; readonly clock: Clock },
  { askers, ...question }: Question & { readonly askers: readonly Asker[] },
  signal: AbortSignal,
  onSecond: (second: AskedSecond) => void,
): Promise<readonly Trouble[]> {
  const requests = requestsFor(question)
  const troubles = askers.map(async ({ worker, prober, ...of }): Promise<readonly Trouble[]> => {
    const command = steadyCommand(prober, question.rate, requests)
    let trouble: string | undefined
    while (!signal.aborted) {
      try {
        const printed = cluster.stream(of, command, signal)
        for await (const second of secondsIn(printed, worker)) onSecond(second)
      } catch (error) {
        if (isOver(signal)) break
        if (!(error instanceof StepError)) throw error
        trouble ??= `its probe: ${error.reason}`
        if (isMissing(error)) break
      }
      if (!isOver(signal)) await clock.sleep(AGAIN_MS, signal).catch(() => undefined)
    }
    return trouble === undefined ? [] : [{ worker, because: trouble }]
  })
  return (await Promise.all(troubles)).flat()
}

/** It may have aborted while something was awaited. */
function isOver(signal: AbortSignal): boolean {
  return signal.aborted
}

/** As pods ask: by UDP mostly, and now and then by TCP. */
function requestsFor({ server, name }: Question): readonly ProberRequest[] {
  return (['udp', 'udp', 'udp', 'tcp'] as const).map((protocol) => {
    return { server, protocol, name, count: 1, timeoutMs: LOST_AFTER_MS }
  })
}
