import { chmod, rename, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { extractPrograms } from './archive.ts'
import { archOf, foldersOf } from './context.ts'
import { download } from './download.ts'
import type { Arch, Family, Release } from './family.ts'
import { explainFetch, openClient, withoutCredentials } from './http.ts'
import type { Job, Made } from './job.ts'
import { isDisk } from './space.ts'

/** Where a release lies for an architecture, on its own host or on a mirror. */
function releaseUrl(release: Release, arch: Arch, mirror: string | undefined): string {
  const base = mirror === undefined ? release.host : `${mirror}/${new URL(release.host).host}`
  return base + release.path.replaceAll('{arch}', arch)
}

/** Puts an official release's programs into `bin`, if its sum is the pinned one. Rejects with an Error saying why not. */
export async function fromRelease(
  family: Family,
  release: Release,
  bin: string,
  { context, progress, signal }: Job,
): Promise<Made> {
  const arch = archOf(context)
  const sum = release.sums[arch]
  if (sum === undefined) throw new Error(`no sum is pinned for ${arch}`)
  const url = releaseUrl(release, arch, context.mirrors?.releases)
  const file = join(foldersOf(context).downloads, basename(new URL(url).pathname))
  const client = await openClient(context.env)
  try {
    const { limit } = release
    const hooks = {
      progress: (text: string) => {
        progress(`downloading ${text}`)
      },
      signal,
    }
    await download(client, { url, file, sum, limit }, hooks)
  } catch (error) {
    signal.throwIfAborted()
    if (isDisk(error)) throw error
    throw new Error(`${withoutCredentials(url)}: ${explainFetch(error)}`, { cause: error })
  } finally {
    await client.close()
  }
  progress('taking the programs out of the archive')
  if (release.folder === null) {
    const [program = family.name] = family.programs
    await chmod(file, 0o755)
    await rename(file, join(bin, program))
  } else {
    const folder = release.folder.replaceAll('{arch}', arch)
    await extractPrograms(file, { folder, programs: family.programs }, bin, signal)
    await rm(file, { force: true })
  }
  return { version: family.version, source: { kind: 'release', url: withoutCredentials(url), sum } }
}
