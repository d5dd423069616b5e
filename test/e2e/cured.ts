import assert from 'node:assert/strict'
import type { Cause } from '../../lib/core/errors.ts'
import type { Event } from '../../lib/ports/events.ts'
import { assertCode } from './events.ts'
import { type Ended, paste, run } from './program.ts'
import { eventually } from './wait.ts'

/** The cause that an event names. */
export function verdictIn(event: Event): Cause | undefined {
  return event.type === 'step-failed' ? event.explanation.verdict : undefined
}

/** The cause that was told first. */
export function firstVerdict({ events, stderr, stdout }: Ended): Cause {
  const [verdict] = events.flatMap((event) => verdictIn(event) ?? [])
  assert.ok(verdict, `${stderr}\n${stdout.slice(-3000)}`)
  return verdict
}

/** How the target of this inventory is. */
export function verify(file: string): Promise<Ended> {
  return run(['verify', '--json', '--inventory', file])
}

/** Pastes a printed cure to the letter, and sees it cure; what the cluster itself has to notice takes its time. */
export async function cured(file: string, printed: string): Promise<void> {
  assertCode(await paste(printed), 0)
  let last: Ended | undefined
  await eventually(`health after ${printed}`, async () => {
    last = await verify(file)
    // What a cure takes away with the fault, as pods that cannot be kept, is for the next run to make.
    return last.code === 0 || last.code === 3
  }).catch((error: unknown) => {
    throw new Error(last?.stderr.slice(-3000), { cause: error })
  })
}
