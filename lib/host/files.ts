import { chmod, rename, rm, writeFile } from 'node:fs/promises'

/** For `catch`: null where there is no such file; other errors go on. */
export function absent(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null
  throw error
}

/**
 * Writes a file so that a reader sees either the old or the whole new one. Not synced: what a power
 * cut loses, the next check finds missing.
 */
export async function writeWhole(
  path: string,
  content: string | Uint8Array,
  mode: number,
): Promise<void> {
  const beside = `${path}.${String(process.pid)}.new`
  await rm(beside, { force: true })
  await writeFile(beside, content, { mode, flag: 'wx' })
  await chmod(beside, mode)
  await rename(beside, path)
}
