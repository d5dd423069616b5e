import type { ProgramFamily } from '../../core/programs.ts'
import { randomUUID } from 'node:crypto'
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { families } from '../pins.ts'
import { messageOf, StepError } from '../../core/errors.ts'
import { run } from '../../process/command.ts'
import { mustBeTrusted } from '../../trust/trusted-path.ts'
import { familyDir, type Found, lookFamily } from './cache.ts'
import { foldersOf, type ProgramsContext } from './context.ts'
import { fromPackages } from './debian.ts'
import type { Family } from './family.ts'
import { fromModules } from './go-build.ts'
import { fromMachine } from './installed.ts'
import type { Job, Made } from './job.ts'
import { withLock } from './lock.ts'
import type { Progress } from './progress.ts'
import { describeFiles, writeRecord } from './record.ts'
import { fromRelease } from './release.ts'
import { explainCache, isDisk } from './space.ts'

interface Attempt {
  /** What is tried, as people would say it. */
  readonly name: string
  /** Fills `folder`/bin. */
  make(folder: string): Promise<Made>
}

/**
 * Makes a family's programs be in the cache: finds them there, or tries each of their sources in
 * turn. Safe to call twice at once, also from two runs: the second waits for the first. Rejects with
 * a StepError that names every source tried and what it said, or with the signal's reason.
 */
export function acquirePrograms(
  name: ProgramFamily,
  context: ProgramsContext,
  progress: Progress,
  signal: AbortSignal,
): Promise<Found> {
  return acquireFamily(families[name], context, progress, signal)
}

/** Like `acquirePrograms`, for a family that need not be one of the pinned ones. */
export async function acquireFamily(
  family: Family,
  context: ProgramsContext,
  progress: Progress,
  signal: AbortSignal,
): Promise<Found> {
  const found = await lookFamily(family, context)
  if (found !== null) return found
  const folders = foldersOf(context)
  for (const folder of Object.values(folders)) await mustBeTrusted(folder)
  const { locks } = folders
  const { name } = family
  const waiting = (pid: number): void => {
    progress(`waiting for process ${pid}, which makes ${name} too`)
  }
  try {
    return await withLock(locks, name, { signal, waiting }, async () => {
      const meanwhile = await lookFamily(family, context)
      return meanwhile ?? (await tryEach(family, { context, progress, signal }))
    })
  } catch (error) {
    signal.throwIfAborted()
    throw await explainCache(context.cacheDir, error)
  }
}

async function tryEach(family: Family, job: Job): Promise<Found> {
  const { context, progress, signal } = job
  const { programs } = foldersOf(context)
  const final = familyDir(family, context)
  await clearLeftovers(programs, family.name)
  const said: string[] = []
  for (const attempt of attemptsOf(family, job)) {
    const folder = join(programs, `.${family.name}-${randomUUID()}`)
    try {
      await mkdir(join(folder, 'bin'), { recursive: true })
      progress(`${family.name}: ${attempt.name}`)
      const { version, source } = await attempt.make(folder)
      progress('proving that the programs run here')
      await prove(family, folder, signal)
      const files = await describeFiles(folder)
      await writeRecord(folder, { family: family.name, version, source, files })
      await putInPlace(folder, final)
      const found = await lookFamily(family, context)
      if (found !== null) return found
      throw new Error('the programs have changed since they were made')
    } catch (error) {
      signal.throwIfAborted()
      if (isDisk(error)) throw error
      said.push(`${attempt.name}: ${messageOf(error)}`)
      progress(`${attempt.name} failed: ${firstLine(messageOf(error))}`)
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }
  throw new StepError({
    problem: `the programs of ${family.name} ${family.version} could not be obtained`,
    seen: said,
    cause: 'every place they may come from is closed to this machine, see above',
    remedy: remedyOf(family),
  })
}

function attemptsOf(family: Family, job: Job): readonly Attempt[] {
  const { release, build, packages } = family
  const attempts: Attempt[] = []
  if (family.installed) {
    attempts.push({
      name: 'what is installed on this machine',
      make: (folder) => fromMachine(family, join(folder, 'bin'), job),
    })
  }
  if (release !== undefined) {
    attempts.push({
      name: `official release ${family.version}`,
      make: (folder) => fromRelease(family, release, join(folder, 'bin'), job),
    })
  }
  if (build !== undefined) {
    attempts.push({
      name: `build from Go modules, go/${build.folder}`,
      make: (folder) => fromModules(family, build, folder, job),
    })
  }
  if (packages !== undefined) {
    attempts.push({
      name: `the distribution's package ${packages.names[0] ?? ''}`,
      make: (folder) => fromPackages(family, packages, folder, job),
    })
  }
  return attempts
}

/** Starts one program: a missing library, a wrong architecture or a noexec disk shows here. */
async function prove(family: Family, folder: string, signal: AbortSignal): Promise<void> {
  const [program, ...args] = family.proof?.argv ?? []
  if (family.proof === undefined || program === undefined) return
  const ran = await run([join(folder, 'bin', program), ...args], { signal, timeoutMs: 60_000 })
  const text = ran.stdout + ran.stderr
  if (text.includes(family.proof.prints)) return
  throw new Error(`${program} does not run here: ${firstLine(text) || `code ${ran.code}`}`)
}

/** The finished folder gets its name in one step; what had it before goes away after that. */
async function putInPlace(folder: string, final: string): Promise<void> {
  const old = join(dirname(final), `.${basename(final)}-${randomUUID()}`)
  await rename(final, old).catch(() => undefined)
  await rename(folder, final)
  const parent = await open(dirname(final))
  try {
    await parent.sync()
  } finally {
    await parent.close()
  }
  await rm(old, { recursive: true, force: true })
}

/** Unfinished folders of runs that were killed. The lock is held, so no run is at work in one. */
async function clearLeftovers(programs: string, family: ProgramFamily): Promise<void> {
  const entries = await readdir(programs).catch(() => [])
  for (const entry of entries) {
    if (entry.startsWith(`.${family}-`))
      await rm(join(programs, entry), { recursive: true, force: true })
  }
}

function firstLine(text: string): string {
  return text.trim().split('\n')[0] ?? ''
}

function remedyOf(family: Family): string {
  const ways = []
  if (family.release !== undefined) {
    ways.push(
      `let this machine reach ${family.release.host} (HTTPS_PROXY is honoured, or name a mirror)`,
    )
  }
  if (family.build !== undefined) {
    ways.push(
      'install Go 1.24 or newer (go.dev/dl) and let it reach a module proxy (GOPROXY is honoured)',
    )
  }
  if (family.packages !== undefined) {
    ways.push(`on Debian or Ubuntu: sudo apt-get install ${family.packages.names[0] ?? ''}`)
  }
  return `${ways.join('; or ')}. Then: npx tsx run.ts --resume`
}
