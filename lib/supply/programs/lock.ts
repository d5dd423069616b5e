import { link, mkdir, readdir, readFile, rm, unlink, writeFile } from 'node:fs/promises'
import { createHash, randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { startOf } from '../../process/process-identity.ts'

/** How often a waiting run looks again. */
const LOOK_MS = 500

/** Runs `work` under a lock; calls `waiting` once with the pid of a run that holds it. A dead holder's is taken over. */
export async function withLock<T>(
  folder: string,
  name: string,
  options: { readonly signal: AbortSignal; readonly waiting: (pid: number) => void },
  work: () => Promise<T>,
): Promise<T> {
  await mkdir(folder, { recursive: true })
  const path = join(folder, `${name}.lock`)
  const mine = `${process.pid} ${startOf(process.pid)}\n`
  let told = false
  for (;;) {
    options.signal.throwIfAborted()
    if (await take(path, mine)) break
    const held = (await textOf(path)) ?? ''
    const pid = livingHolder(held)
    if (pid === null) {
      await takeAway(path, held, mine)
      continue
    }
    if (!told) options.waiting(pid)
    told = true
    // An abort ends the sleep early; the loop then throws its reason.
    await sleep(LOOK_MS, undefined, { signal: options.signal }).catch(() => undefined)
  }
  try {
    return await work()
  } finally {
    await unlink(path).catch(() => undefined)
  }
}

/** The process ids that hold a lock in a folder now. Reads only. */
export async function holdersOf(folder: string): Promise<readonly number[]> {
  const names = await readdir(folder).catch(() => [])
  const pids = await Promise.all(
    names
      .filter((name) => name.endsWith('.lock'))
      .map(async (name) => livingHolder((await textOf(join(folder, name))) ?? '')),
  )
  return pids.filter((pid) => pid !== null)
}

/** Who a lock's text names, while that very process lives: its number may be another's by now. */
function livingHolder(held: string): number | null {
  const [pid, started] = held.trim().split(' ')
  return started !== undefined && startOf(Number(pid)) === started ? Number(pid) : null
}

/** Puts the lock there whole or not at all: a link, unlike a write, cannot be seen half done. */
async function take(path: string, text: string): Promise<boolean> {
  const draft = `${path}.${randomUUID()}`
  await writeFile(draft, text)
  try {
    await link(draft, path)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  } finally {
    await rm(draft, { force: true })
  }
}

/**
 * Removes a dead holder's lock. Several may find it dead: only whoever has the guard that is named after
 * that very holder may remove it, and only while it is still there; a dead one's guard goes the same way.
 */
async function takeAway(path: string, held: string, mine: string): Promise<void> {
  const guard = `${path}.${createHash('sha256').update(held).digest('hex')}`
  if (await take(guard, mine)) {
    if ((await textOf(path)) === held) await rm(path, { force: true })
    await rm(guard, { force: true })
    return
  }
  const guarding = await textOf(guard)
  if (guarding !== null && livingHolder(guarding) === null) await takeAway(guard, guarding, mine)
}

function textOf(path: string): Promise<string | null> {
  return readFile(path, 'utf8').catch(() => null)
}
