import { chmod, rename, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { StepError } from '../../errors.ts'
import { extractMembers } from './archive.ts'
import { archOf, foldersOf, type ProgramsContext } from './context.ts'
import { download } from './download.ts'
import type { Arch, Family, Release } from './family.ts'
import { explainFetch, openClient, withoutCredentials } from './http.ts'
import type { Say } from './progress.ts'
import type { Source } from './record.ts'

/** Where a release lies for an architecture, on its own host or on a mirror. */
export function releaseUrl(release: Release, arch: Arch, mirror: string | undefined): string {
  const base = mirror === undefined ? release.host : `${mirror}/${new URL(release.host).host}`
  return base + release.path.replaceAll('{arch}', arch)
}

/**
 * Puts the programs of an official release into `bin`. The file's sum must be the pinned one.
 * Rejects with an Error that says in one line why not.
 */
export async function fromRelease(
  family: Family,
  release: Release,
  bin: string,
  context: ProgramsContext,
  say: Say,
  signal: AbortSignal,
): Promise<{ readonly version: string; readonly source: Source }> {
  const arch = archOf(context)
  const sum = release.sums[arch]
  if (sum === undefined) throw new Error(`no sum is pinned for ${arch}`)
  const url = releaseUrl(release, arch, context.mirrors?.releases)
  const file = join(foldersOf(context).downloads, basename(new URL(url).pathname))
  const client = openClient(context.env)
  try {
    const { limit } = release
    await download(client, { url, file, sum, limit }, (text) => say(`downloading ${text}`), signal)
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof StepError) throw error
    throw new Error(`${withoutCredentials(url)}: ${explainFetch(error)}`, { cause: error })
  } finally {
    await client.close()
  }
  say('taking the programs out of the archive')
  if (release.folder === null) {
    const [program = family.name] = family.programs
    await chmod(file, 0o755)
    await rename(file, join(bin, program))
  } else {
    const folder = release.folder.replaceAll('{arch}', arch)
    await extractMembers(file, folder, family.programs, bin, signal)
    await rm(file, { force: true })
  }
  return { version: family.version, source: { kind: 'release', url: withoutCredentials(url), sum } }
}
