import { until } from '../../engine/wait-for.ts'
import type { Process } from '../../host/resources.ts'
import type { Reading } from '../../step.ts'

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
  on: Reading,
  what: string,
  look: () => Promise<string | undefined>,
): Promise<string> {
  return until({
    what,
    deadlineMs: 120_000,
    ...common(on),
    async look() {
      const done = await look()
      return done === undefined ? { seen: [`not yet: ${what}`] } : { done }
    },
  })
}

/** What every wait takes from the ports. */
export function common(on: Reading) {
  return {
    clock: on.clock,
    signal: on.signal,
    say: (progress: string) => {
      on.say(progress)
    },
  }
}
