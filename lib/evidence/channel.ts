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
export type Ask = <T>(question: () => Promise<T>) => Promise<Looked<T>>

/** All that a question may need; what `ask` asks has the time of the whole gathering. */
export type Gathering = Looking & {
  readonly scene: Scene
  readonly ask: Ask
}

/** All questions asked through it together have until `deadlineMs` from now. */
export function askWithin(clock: Clock, deadlineMs: number, stop: AbortSignal): Ask {
  const late = clock.sleep(deadlineMs, stop).then(
    (): Looked<never> => ({ notLooked: `no answer within ${String(deadlineMs / 1000)} s` }),
    (): Looked<never> => ({ notLooked: 'the look was cancelled' }),
  )
  return (question) => Promise.race([answerOf(question), late])
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
