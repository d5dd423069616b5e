import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import { delimiter, join } from 'node:path'

/** The first program of that name on a PATH, by its absolute path; null where there is none. */
export async function findOnPath(name: string, path: string): Promise<string | null> {
  for (const folder of path.split(delimiter)) {
    // An empty or relative entry means the current folder: nothing to start programs from.
    if (!folder.startsWith('/')) continue
    const file = join(folder, name)
    const found = await access(file, constants.X_OK)
      .then(() => stat(file))
      .catch(() => null)
    if (found?.isFile()) return file
  }
  return null
}
