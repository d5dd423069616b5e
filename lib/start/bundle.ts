import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Kept } from './compile-cache.ts'

/** A bundle that is kept. */
type Record = {
  /** Its folder's name. */
  readonly folder: string
  /** All that decides what is in it, by path from the project's folder. */
  readonly inputs: readonly (readonly [path: string, stamp: string])[]
}

const PROJECT = fileURLToPath(new URL('../../', import.meta.url))
const MAIN = 'lib/cli/main.ts'
/** What decides beside the modules themselves. */
const SETTINGS = ['package.json', 'tsconfig.json', 'node_modules/.package-lock.json']

/** The coarsest clock of a file system in use: a file as young as this may change again and look the same. */
const UNSURE_MS = 2_000
/** A program that was started from an earlier bundle has loaded all of it, or has ended, by then. */
const IN_USE_MS = 24 * 60 * 60 * 1_000

/**
 * The address of this program's main module in a bundle, which loads in a third of the time of its thousand
 * modules; made now where there is none, or where anything that went into it has changed since. Null where
 * there can be none: then the program is loaded from its sources, as it is.
 */
export async function bundled(
  { folder, mayWrite }: Kept,
  project = PROJECT,
  since = Date.now(),
): Promise<string | null> {
  const name = createHash('sha256').update(project).digest('hex').slice(0, 16)
  const known = recordIn(join(folder, `${name}.json`))
  if (known !== null && isAsMade(known, project)) return mainOf(join(folder, known.folder))
  if (!mayWrite) return null
  // esbuild is missing where npm has installed none for this platform, and any disk may be full.
  return make(folder, name, { project, since }).catch(() => null)
}

function mainOf(folder: string): string {
  return pathToFileURL(join(folder, 'main.js')).href
}

function recordIn(file: string): Record | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Record
  } catch {
    return null
  }
}

function isAsMade({ inputs }: Record, project: string): boolean {
  return inputs.every(([path, stamp]) => stampOf(join(project, path))?.stamp === stamp)
}

/** What changes with a file's content: the kernel sets the last of it, and nobody else can. */
function stampOf(path: string): { readonly stamp: string; readonly changedMs: number } | null {
  const stats = statSync(path, { throwIfNoEntry: false })
  if (stats === undefined) return null
  const { ino, size, mtimeMs, ctimeMs } = stats
  return { stamp: [ino, size, mtimeMs, ctimeMs].join(' '), changedMs: ctimeMs }
}

async function make(
  folder: string,
  name: string,
  { project, since }: { readonly project: string; readonly since: number },
): Promise<string | null> {
  const own = join(folder, `${name}-${since}-${process.pid}`)
  await mkdir(own, { mode: 0o700 })
  const inputs = await build(own, project)
  const stamps = inputs.map((path) => [path, stampOf(join(project, path))] as const)
  if (stamps.some(([, found]) => (found?.changedMs ?? Infinity) > since - UNSURE_MS)) {
    await rm(own, { recursive: true })
    return null
  }
  const record: Record = {
    folder: basename(own),
    inputs: stamps.map(([path, found]) => [path, found?.stamp ?? '']),
  }
  await writeFile(join(own, 'record.json'), JSON.stringify(record))
  await rename(join(own, 'record.json'), join(folder, `${name}.json`))
  removeOlder(folder, name, since - IN_USE_MS)
  return mainOf(own)
}

/** Writes the bundle to that folder; returns the files that it was made of. */
async function build(outdir: string, project: string): Promise<readonly string[]> {
  const { buildSync } = await import('esbuild')
  const { metafile } = buildSync({
    absWorkingDir: project,
    entryPoints: [MAIN],
    outdir,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node22.19',
    // Of two forms of a library the one whose names stay known when it is imported late.
    mainFields: ['module', 'main'],
    // Files of this project are found from its own folder, and what a library asks for by `require` too.
    define: { 'import.meta.url': JSON.stringify(pathToFileURL(join(project, MAIN)).href) },
    banner: { js: requiring(join(project, 'run.ts')) },
    sourcemap: 'external',
    sourcesContent: false,
    metafile: true,
    logLevel: 'silent',
  })
  await writeFile(join(outdir, 'package.json'), '{"type":"module"}')
  const modules = Object.keys(metafile.inputs).filter((path) => !path.startsWith('('))
  return [...new Set([...SETTINGS, ...modules])]
}

function requiring(from: string): string {
  return `import{createRequire as $of}from'node:module';const require=$of(${JSON.stringify(from)});`
}

function removeOlder(folder: string, name: string, before: number): void {
  for (const one of readdirSync(folder)) {
    const made = Number(one.split('-')[1])
    if (!one.startsWith(`${name}-`) || made >= before) continue
    rmSync(join(folder, one), { recursive: true, force: true })
  }
}
