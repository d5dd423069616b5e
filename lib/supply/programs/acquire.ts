import { randomUUID } from 'node:crypto'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { messageOf, StepError } from '../../core/errors.ts'
import { run } from '../../process/command.ts'
import { familyDir, type Found, lookPrograms } from './cache.ts'
import { foldersOf } from './context.ts'
import type { Family } from './family.ts'
import { findOrMake, removeUnfinished } from './find-or-make.ts'
import type { Job } from './job.ts'
import { describeFiles, writeRecord } from './record.ts'
import { type ProgramSource, sourcesOf } from './sources.ts'
import { isDisk } from './space.ts'

/** A family's programs, found in the cache or made from the first source that serves. @throws StepError naming all tried */
export function acquirePrograms(family: Family, job: Job): Promise<Found> {
  const { context } = job
  return findOrMake(
    family.name,
    job,
    () => lookPrograms(family, context),
    () => tryEach(family, job),
  )
}

async function tryEach(family: Family, job: Job): Promise<Found> {
  const { context, progress, signal } = job
  const sources = sourcesOf(family, job)
  await removeUnfinished(foldersOf(context).programs, `.${family.name}-`)
  const said: string[] = []
  for (const source of sources) {
    try {
      return await makeFrom(source, family, job)
    } catch (error) {
      signal.throwIfAborted()
      if (isDisk(error)) throw error
      said.push(`${source.name}: ${messageOf(error)}`)
      progress(
        `${family.name} is not available from ${source.name}: ${firstLine(messageOf(error))}`,
      )
    }
  }
  const ways = sources.flatMap(({ remedy }) => remedy ?? [])
  throw new StepError({
    problem: `the programs of ${family.name} ${family.version} could not be obtained`,
    seen: said,
    cause: 'every place they may come from is closed to this machine, see above',
    remedy: `${ways.join('; or ')}. Then: npx tsx run.ts --resume`,
  })
}

async function makeFrom(source: ProgramSource, family: Family, job: Job): Promise<Found> {
  const { context, progress } = job
  const folder = join(foldersOf(context).programs, `.${family.name}-${randomUUID()}`)
  try {
    await mkdir(join(folder, 'bin'), { recursive: true })
    progress(`getting ${family.name}: ${source.name}`)
    const made = await source.make(folder)
    await prove(family, folder, job)
    const files = await describeFiles(folder)
    await writeRecord(folder, { family: family.name, ...made, files })
    await putInPlace(folder, familyDir(family, context))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
  const found = await lookPrograms(family, context)
  if (found !== null) return found
  throw new Error('the programs have changed since they were made')
}

/** Starts one program: a missing library, a wrong architecture or a noexec disk shows here. */
async function prove({ proof }: Family, folder: string, { progress, signal }: Job): Promise<void> {
  if (proof === undefined) return
  progress('proving that the programs run here')
  const [program = '', ...args] = proof.argv
  const ran = await run([join(folder, 'bin', program), ...args], { signal, timeoutMs: 60_000 })
  const text = ran.stdout + ran.stderr
  if (text.includes(proof.prints)) return
  throw new Error(`${program} does not run here: ${firstLine(text) || `code ${ran.code}`}`)
}

/** The finished folder gets its name in one step; what had it before goes away after that. */
async function putInPlace(folder: string, final: string): Promise<void> {
  const old = join(dirname(final), `.${basename(final)}-${randomUUID()}`)
  await rename(final, old).catch(() => undefined)
  await rename(folder, final)
  await using parent = await open(dirname(final))
  await parent.sync()
  await rm(old, { recursive: true, force: true })
}

function firstLine(text: string): string {
  return text.trim().split('\n')[0] ?? ''
}
