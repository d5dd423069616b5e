import type { Clock } from '../core/clock.ts'
import { observed } from '../core/errors.ts'
import type { Inventory } from '../inventory/inventory.ts'
import type { Layout } from '../lab/layout.ts'
import type { ClusterReader } from '../ports/cluster.ts'
import type { HostReader } from '../ports/host.ts'
import type { Probes } from '../dns/probe-pods.ts'
import type { LabPart } from '../ports/step.ts'
import type { Looked } from './evidence.ts'

/** The ports that evidence is gathered through: nothing here can write. */
export type Looking = {
  readonly host: HostReader
  readonly cluster: ClusterReader
  readonly clock: Clock
}

/** Where to look. */
export interface Scene {
  readonly inventory: Inventory
  /** Null where the target is no lab: then hosts cannot be looked at. */
  readonly layout: Layout | null
  /** Who is asked to look names up. */
  readonly probes: Probes
  /** Whether a part of the lab is to be expected by now. */
  readonly has: (part: LabPart) => boolean
}

/** Asks a question; what fails or comes too late is a channel that was not looked at, and says why. Rejects for a bug. */
export type Ask = <T>(question: () => Promise<T>, how?: How) => Promise<Looked<T>>

type How = {
  /** Its own time, within that of all. */
  readonly withinMs?: number
  /** Who is asked for what: an answer that was slow to come is not waited for again soon. */
  readonly of?: string
}

/** Slow answers, and until when they count; one for the run, whose failing steps mostly meet the same silence. */
export type Slow = Map<string, { readonly answer: Promise<unknown>; readonly until: number }>

const SLOW_MS = 1_000
const REMEMBERED_MS = 15_000

/** All that a question may need; what `ask` asks has the time of the whole gathering. */
export type Gathering = Looking & {
  readonly scene: Scene
  readonly ask: Ask
}

/** All questions asked through it together have until `deadlineMs` from now. */
export function askWithin(
  clock: Clock,
  deadlineMs: number,
  stop: AbortSignal,
  slow: Slow = new Map(),
): Ask {
  const after = (ms: number, signal: AbortSignal): Promise<Looked<never>> =>
    clock.sleep(ms, signal).then(
      () => ({ notLooked: `no answer within ${String(ms / 1000)} s` }),
      () => ({ notLooked: 'the look was cancelled' }),
    )
  const late = after(deadlineMs, stop)
  const asked = async <T>(question: () => Promise<T>, withinMs?: number): Promise<Looked<T>> => {
    if (withinMs === undefined) return Promise.race([answerOf(question), late])
    const answered = new AbortController()
    const tooLate = after(withinMs, AbortSignal.any([stop, answered.signal]))
    try {
      return await Promise.race([answerOf(question), late, tooLate])
    } finally {
      answered.abort()
    }
  }
  return async <T>(question: () => Promise<T>, { withinMs, of }: How = {}) => {
    const known = of === undefined ? undefined : slow.get(of)
    const now = () => clock.now().getTime()
    // Under one key there is always the same question.
    if (known !== undefined && now() < known.until) return known.answer as Promise<Looked<T>>
    const since = now()
    const answer = asked(question, withinMs)
    await answer
    if (of !== undefined && now() - since >= SLOW_MS)
      slow.set(of, { answer, until: now() + REMEMBERED_MS })
    return answer
  }
}

async function answerOf<T>(question: () => Promise<T>): Promise<Looked<T>> {
  try {
    return { found: await question() }
  } catch (error) {
    return { notLooked: observed(error) }
  }
}

/** The same channel with what `change` makes of its value. */
export function map<T, U>(channel: Looked<T>, change: (found: T) => U): Looked<U> {
  return 'found' in channel ? { found: change(channel.found) } : channel
}
