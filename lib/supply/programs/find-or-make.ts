import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { mustBeTrusted } from '../../trust/trusted-path.ts'
import { foldersOf } from './context.ts'
import type { Job } from './job.ts'
import { withLock } from './lock.ts'
import { explainCache } from './space.ts'

/**
 * What `look` finds in the cache, else what `make` puts there; of several runs one makes it, and the others
 * wait for it. `name` is that of the lock. Rejects with the signal's reason, or with a StepError where the
 * disk of the cache is at fault.
 */
export async function findOrMake<T>(
  name: string,
  { context, progress, signal }: Job,
  look: () => Promise<T | null>,
  make: () => Promise<T>,
): Promise<T> {
  const found = await look()
  if (found !== null) return found
  const folders = foldersOf(context)
  for (const folder of Object.values(folders)) await mustBeTrusted(folder)
  const waiting = (pid: number): void => {
    progress(`waiting for process ${pid}, which makes ${name} too`)
  }
  try {
    return await withLock(folders.locks, name, { signal, waiting }, async () => {
      return (await look()) ?? (await make())
    })
  } catch (error) {
    signal.throwIfAborted()
    throw await explainCache(context.cacheDir, error)
  }
}

/** Removes what runs that were killed have left of a thing in `folder`; its lock has to be held. */
export async function removeUnfinished(folder: string, prefix: string): Promise<void> {
  const entries = await readdir(folder).catch(() => [])
  for (const entry of entries.filter((name) => name.startsWith(prefix))) {
    await rm(join(folder, entry), { recursive: true, force: true })
  }
}
