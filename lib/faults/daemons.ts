import { until } from '../core/until.ts'
import type { Process } from '../ports/resources.ts'
import type { Reading } from '../ports/step.ts'

/**
 * By when all of the cluster has noticed a change. A kubelet whose API server was restarted twice in two
 * minutes sees no pod come or go for a while: client-go waits up to 60 s between two tries (twice the
 * reflector's 30 s, as its jitter is 1), and after such a wait the next may be as long; 108 s were measured.
 */
export const NOTICED_MS = 240_000

/** The same daemon with other values of some of its flags. What it reads stays, so that it can be given back. */
export function withFlags(process: Process, flags: Readonly<Record<string, string>>): Process {
  const argv = process.argv.map((argument) => {
    const name = /^--([^=]+)=/.exec(argument)?.[1] ?? ''
    const value = flags[name]
    return value === undefined ? argument : `--${name}=${value}`
  })
  return { ...process, argv }
}

/** Waits for what one look at the machine or the cluster shows. */
export function see(
  ctx: Reading,
  what: string,
  look: () => Promise<string | undefined>,
): Promise<string> {
  return until(ctx, {
    what,
    deadlineMs: NOTICED_MS,
    async look() {
      const proven = await look()
      return proven === undefined ? { missing: [`not yet: ${what}`] } : { proven }
    },
  })
}
