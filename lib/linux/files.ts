import { chmod, rename, rm, writeFile } from 'node:fs/promises'

/** For `catch`: null where there is no such file; other errors go on. */
export function absent(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null
  throw error
}

/**
 * Writes a file so that a reader sees either the old or the whole new one. Not synced: what a power
 * cut loses, the next check finds missing. Only one process at a time may write a path.
 */
export async function writeWhole(
  path: string,
  content: string | Uint8Array,
  mode: number,
): Promise<void> {
  const beside = besideOf(path)
  await rm(beside, { force: true })
  await writeFile(beside, content, { mode, flag: 'wx' })
  await chmod(beside, mode)
  await rename(beside, path)
}

/** Removes a file, and what a process that was killed in `writeWhole` has left beside it. */
export async function removeWhole(path: string): Promise<void> {
  await rm(path, { force: true })
  await rm(besideOf(path), { force: true })
}

/** The same each time, so that the next one finds it. */
function besideOf(path: string): string {
  return `${path}.new`
}
