import type { ProgramFamily } from '../../core/programs.ts'
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, readdir, readFile, readlink, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { isObject, type Json, textAt } from '../../core/json.ts'
import { mustBeTrusted } from '../../trust/trusted-path.ts'

const FORMAT = 1
const FILE = 'record.json'

/** Where the programs of a folder came from. */
export type Source =
  | { readonly kind: 'release'; readonly url: string; readonly sum: string }
  | { readonly kind: 'built'; readonly modules: readonly string[]; readonly toolchain: string }
  | { readonly kind: 'packages'; readonly versions: Readonly<Record<string, string>> }
  | { readonly kind: 'installed'; readonly paths: readonly string[] }

/** What is written beside cached programs, so that a later look need not hash them. */
export type ProgramsRecord = {
  readonly format: typeof FORMAT
  readonly family: ProgramFamily
  /** The real version: the pinned one, or that of the distribution's package. */
  readonly version: string
  readonly source: Source
  /** Path below the folder -> what it was when it was put there. */
  readonly files: Readonly<Record<string, FileFacts>>
}

/** A file's contents, and what tells cheaply that they are still the same. */
export type FileFacts = {
  readonly sha256: string
  /** Bytes. */
  readonly size: number
  /** Milliseconds since 1970. */
  readonly mtimeMs: number
}

/** The digest in hex of a file, read in pieces. `algorithm` is `sha256` or `sha512`. */
export async function hexDigestOf(path: string, algorithm = 'sha256'): Promise<string> {
  const hash = createHash(algorithm)
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash)
  return hash.digest('hex')
}

/** The record of all files below a folder, each flushed to the disk. */
export async function describeFiles(folder: string): Promise<Record<string, FileFacts>> {
  const files: Record<string, FileFacts> = {}
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    if (entry.isDirectory()) continue
    const path = join(entry.parentPath, entry.name)
    // A link into the same folder is told by the file it leads to.
    if (entry.isSymbolicLink() && !(await readlink(path)).startsWith('/')) continue
    await using file = await open(path)
    await file.sync()
    const { size, mtimeMs } = await file.stat()
    files[path.slice(folder.length + 1)] = { sha256: await hexDigestOf(path), size, mtimeMs }
  }
  return files
}

/** Writes a folder's record, flushed to the disk. */
export async function writeRecord(folder: string, record: Omit<ProgramsRecord, 'format'>) {
  const text = `${JSON.stringify({ format: FORMAT, ...record }, null, 2)}\n`
  await writeFile(join(folder, FILE), text, { mode: 0o644, flush: true })
}

/** A folder's record; null where there is none, or none that this version wrote. */
export async function readRecord(folder: string): Promise<ProgramsRecord | null> {
  const text = await readFile(join(folder, FILE), 'utf8').catch(() => null)
  if (text === null) return null
  try {
    const value = JSON.parse(text) as Json
    if (!isObject(value) || value['format'] !== FORMAT || !isObject(value['files'])) return null
    if (textAt(value, 'version') === undefined || !isObject(value['source'])) return null
    return value as unknown as ProgramsRecord
  } catch {
    return null
  }
}

/**
 * True while every recorded file is what it was: by size and time, else by its hash. Reads only.
 * @throws InputError where somebody else may change one
 */
export async function filesAreWhole(folder: string, files: ProgramsRecord['files']) {
  const whole = await Promise.all(
    Object.entries(files).map(async ([name, facts]) => {
      const path = join(folder, name)
      await mustBeTrusted(path)
      const now = await stat(path).catch(() => null)
      if (now === null || !now.isFile() || now.size !== facts.size) return false
      return now.mtimeMs === facts.mtimeMs || (await hexDigestOf(path)) === facts.sha256
    }),
  )
  return whole.every(Boolean)
}
