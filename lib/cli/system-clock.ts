import { uptime } from 'node:os'
import { setTimeout as wait } from 'node:timers/promises'
import type { Clock } from '../core/clock.ts'

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => new Date(),
  async sleep(ms, signal) {
    try {
      await wait(ms, undefined, { signal })
    } catch (error) {
      signal.throwIfAborted()
      throw error
    }
  },
}

const uptimeAtStart = uptime()

/**
 * Milliseconds since this process began. Unlike the clock nobody can set it; unlike the monotonic one it goes
 * on while the machine sleeps.
 */
export function elapsedMs(): number {
  return Math.max(performance.now(), (uptime() - uptimeAtStart) * 1000)
}
