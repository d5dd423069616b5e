import { createReadStream, createWriteStream } from 'node:fs'
import { join, normalize } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { extract } from 'tar-stream'

/** No program of ours is larger than this; a compressed file may claim anything. */
const MEMBER_LIMIT = 512 * 1024 * 1024

/** Takes programs out of one folder of a gzipped tar, and writes nothing else of it. Rejects when one is missing. */
export async function extractPrograms(
  archive: string,
  { folder, programs }: { readonly folder: string; readonly programs: readonly string[] },
  to: string,
  signal: AbortSignal,
): Promise<void> {
  const wanted = new Map(programs.map((program) => [normalize(join(folder, program)), program]))
  const tar = extract()
  const reading = pipeline(createReadStream(archive), createGunzip(), tar, { signal })
  // The loop below sees the same failure; without this it would count as unhandled besides.
  reading.catch(() => undefined)
  for await (const entry of tar) {
    const { name, type, size } = entry.header
    const program = wanted.get(normalize(name))
    if (program === undefined || type !== 'file') {
      entry.resume()
      continue
    }
    if (size > MEMBER_LIMIT) throw new Error(`${name} in the archive is too large: ${size} bytes`)
    await pipeline(entry, createWriteStream(join(to, program), { mode: 0o755 }), { signal })
    wanted.delete(normalize(name))
  }
  await reading
  if (wanted.size > 0) throw new Error(`the archive has no ${[...wanted.keys()].join(', ')}`)
}
