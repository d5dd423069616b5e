import { setTimeout as sleep } from 'node:timers/promises'

const DEADLINE_MS = 60_000
const PAUSE_MS = 200

/** Asks until it is so: the cluster's own controllers take their time. */
export async function eventually(
  what: string,
  isSo: () => Promise<boolean>,
  deadlineMs = DEADLINE_MS,
): Promise<void> {
  const deadline = Date.now() + deadlineMs
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`it did not come to ${what}`)
    await sleep(PAUSE_MS)
  }
}
