import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { link, readdir, rename, rmdir, unlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { Clock } from '../core/clock.ts'
import { LockedError, systemCode } from '../core/errors.ts'
import { type Holder, isHolderGone, parseHolder, thisHolder } from './lock-holder.ts'
import type { Lock } from '../engine/setup.ts'
import { makeStateFolder, NEW_FILE, openPlain, stateTrouble } from './state-folder.ts'

/** One run at a time on a machine: a file that appears whole. That of a process known to be gone is taken over. */
export function fileLock(path: string, clock: Clock): Lock {
  return {
    async take(run, step) {
      const madeFolder = await makeStateFolder(dirname(path))
      const since = clock.now().toISOString()
      const mine = thisHolder({ token: newToken(), run, step, since })
      await claim(path, mine)
      await sweep(path)
      let told = step
      return {
        async at(now) {
          await mustBeMine(path, mine)
          if (now === told) return
          await rename(await writeDraft(path, { ...mine, step: now }), path)
          told = now
        },
        async release() {
          await removeQuietly(path, mine)
          // Only where nothing else came into it.
          if (madeFolder) await rmdir(dirname(path)).catch(() => undefined)
        },
      }
    },
  }
}

/** Returns when `path` is ours. @throws LockedError */
async function claim(path: string, mine: Holder): Promise<void> {
  let draft = await writeDraft(path, mine)
  try {
    for (;;) {
      const did = await linkOnce(draft, path)
      if (did === 'linked') return
      if (did === 'swept') {
        draft = await writeDraft(path, mine)
        continue
      }
      const holder = await readHolder(path)
      if (holder === 'absent') continue
      if (holder === 'unreadable' || isHolderGone(holder) !== true) throw lockedBy(path, holder)
      if (await takeOver(path, draft, mine, holder)) return
    }
  } finally {
    await unlink(draft).catch(() => undefined)
  }
}

/**
 * Two runs may find the same dead holder. Only the one that has the guard for exactly that holder
 * may put its own lock in the place, and only while the dead one's is still there. The guard is such a
 * lock itself, in case its process dies too. False where somebody else was quicker.
 */
async function takeOver(path: string, draft: string, mine: Holder, dead: Holder): Promise<boolean> {
  const guard = `${path}.over.${dead.token}`
  const guarding = { ...mine, token: newToken() }
  await claim(guard, guarding)
  try {
    const holder = await readHolder(path)
    if (typeof holder === 'string' || holder.token !== dead.token) return false
    await rename(draft, path)
    return true
  } finally {
    await removeQuietly(guard, guarding)
  }
}

async function linkOnce(draft: string, path: string): Promise<'linked' | 'held' | 'swept'> {
  try {
    await link(draft, path)
    return 'linked'
  } catch (error) {
    const code = systemCode(error)
    if (code === 'EEXIST') return 'held'
    if (code === 'ENOENT') return 'swept'
    throw stateTrouble('made', path, error)
  }
}

/** Removes drafts and guards that killed processes left beside the lock. Who finds its empty draft gone makes another. */
async function sweep(path: string): Promise<void> {
  for (const name of await readdir(dirname(path))) {
    if (!name.startsWith(`${basename(path)}.`)) continue
    const one = join(dirname(path), name)
    // What is no plain file is none of ours.
    const holder = await readHolder(one).catch(() => 'absent' as const)
    const dead = holder === 'unreadable' || (holder !== 'absent' && isHolderGone(holder) === true)
    if (dead) await unlink(one).catch(() => undefined)
  }
}

async function writeDraft(path: string, holder: Holder): Promise<string> {
  const draft = `${path}.${newToken()}`
  const handle = await openPlain(draft, NEW_FILE)
  if (handle === null) throw stateTrouble('made', draft, new Error('its folder is gone'))
  try {
    await handle.writeFile(`${JSON.stringify(holder)}\n`)
    // Else a power cut could leave a lock that names nobody.
    await handle.sync()
    return draft
  } catch (error) {
    await unlink(draft).catch(() => undefined)
    throw stateTrouble('written', draft, error)
  } finally {
    await handle.close()
  }
}

async function readHolder(path: string): Promise<Holder | 'absent' | 'unreadable'> {
  const handle = await openPlain(path, constants.O_RDONLY)
  if (handle === null) return 'absent'
  try {
    return parseHolder(await handle.readFile('utf8')) ?? 'unreadable'
  } finally {
    await handle.close()
  }
}

async function mustBeMine(path: string, mine: Holder): Promise<void> {
  const holder = await readHolder(path)
  if (typeof holder !== 'string' && holder.token === mine.token) return
  if (holder !== 'absent') throw lockedBy(path, holder)
  throw new LockedError({
    problem: `the lock ${path} was removed while this run was in progress`,
    cause: 'another run may have begun since; continuing could undo its work',
    remedy:
      'make sure that no other run is in progress, then continue with npx tsx run.ts --resume',
  })
}

async function removeQuietly(path: string, mine: Holder): Promise<void> {
  try {
    await mustBeMine(path, mine)
    await unlink(path)
  } catch {
    // What is not ours any more is not ours to remove; a lock left behind is found to be a dead one's.
  }
}

function lockedBy(path: string, holder: Holder | 'unreadable'): LockedError {
  if (holder === 'unreadable') {
    return new LockedError({
      problem: `the lock ${path} is held, and it does not say by whom`,
      remedy: `make sure that no other run is in progress, then remove it: rm ${path}`,
    })
  }
  const { run, user, host, step, since, pid } = holder
  const far = isHolderGone(holder) === 'unknown'
  return new LockedError({
    problem: `another run is in progress: ${run} of ${user}@${host}, at ${step}, since ${since}`,
    seen: [`process ${pid} on ${host}, lock ${path}`],
    ...(far ? { cause: FAR } : {}),
    remedy: far
      ? `wait until it ends; if it is over, remove its lock: rm ${path}`
      : `wait until it ends, or stop it: kill -INT ${pid}`,
  })
}

const FAR =
  'it runs on another host or in another container: whether it is still alive cannot be seen from here'

function newToken(): string {
  return randomBytes(8).toString('hex')
}
