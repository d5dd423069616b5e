// A process that takes a lock and tells so; killed or ended by its test.
// argv: PATH, RUN, and how long it holds the lock (ms), or `forever`.
import { setTimeout as sleep } from 'node:timers/promises'
import { fileLock } from '../../lib/state/lock.ts'
import { LockedError } from '../../lib/core/errors.ts'

const [path = '', run = '', hold = 'forever'] = process.argv.slice(2)
const clock = { now: () => new Date(), sleep: (ms: number) => sleep(ms) }
try {
  const held = await fileLock(path, clock).take(run, 'first-step')
  process.stdout.write('held\n')
  if (hold === 'forever') await sleep(60_000)
  await sleep(Number(hold))
  process.stdout.write('releasing\n')
  await held.release()
} catch (error) {
  if (!(error instanceof LockedError)) throw error
  process.stdout.write(`locked: ${error.message}\n`)
}
