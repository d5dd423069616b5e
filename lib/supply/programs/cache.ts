import type { ProgramFamily } from '../../core/programs.ts'
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { families } from '../pins.ts'
import { mustBeTrusted } from '../../trust/trusted-path.ts'
import { archOf, foldersOf, type ProgramsContext } from './context.ts'
import type { Family } from './family.ts'
import { filesAreWhole, type ProgramsRecord, readRecord } from './record.ts'
import { findToolchain, isOlder, leastGo } from './toolchain.ts'

/** Programs that are there and proven to be what they were when they were put there. */
export type Found = {
  readonly family: ProgramFamily
  readonly version: string
  /** One line for people: where they came from. */
  readonly source: string
  /** The folder of the programs, absolute. */
  readonly dir: string
}

/** The folder of a family's programs, there or not: named by all that is pinned of it, the files of its build included. */
export function familyDir(family: Family, context: ProgramsContext): string {
  const { name, programs, release, build, installed, packages } = family
  const sums = release === undefined ? null : [release.path, release.sums, release.folder]
  const parts = [archOf(context), name, family.version, programs, sums, build, installed, packages]
  const hash = createHash('sha256').update(JSON.stringify(parts))
  if (family.build !== undefined) {
    const folder = join(context.projectDir, 'go', family.build.folder)
    // Programs of our own have their sources there, too.
    for (const name of readdirSync(folder).toSorted()) hash.update(readFileSync(join(folder, name)))
  }
  const key = hash.digest('hex').slice(0, 12)
  // Where a distribution's package may come instead, its version is not known beforehand.
  const version = family.packages === undefined ? [family.version] : []
  return join(foldersOf(context).programs, [family.name, ...version, key].join('-'))
}

/** The folder in which a family's programs lie, or will lie. */
export function binDir(name: ProgramFamily, context: ProgramsContext): string {
  return join(familyDir(families[name], context), 'bin')
}

/**
 * A family's programs in the cache; null where they are not all there, have changed, or were built
 * by another Go than the one that would build them now. Writes nothing, starts nothing.
 * @throws InputError where somebody else could have put them there
 */
export async function lookPrograms(
  family: Family,
  context: ProgramsContext,
): Promise<Found | null> {
  const folder = familyDir(family, context)
  await mustBeTrusted(join(folder, 'record.json'))
  const record = await readRecord(folder)
  if (record === null) return null
  if (!family.programs.every((program) => `bin/${program}` in record.files)) return null
  if (await builtByAnother(family, record, context)) return null
  if (!(await filesAreWhole(folder, record.files))) return null
  return {
    family: family.name,
    version: record.version,
    source: describeSource(record),
    dir: join(folder, 'bin'),
  }
}

/** A Go that is not there, is unknown or is too old would not build, so what is there serves. */
async function builtByAnother(
  { build }: Family,
  { source }: ProgramsRecord,
  context: ProgramsContext,
): Promise<boolean> {
  if (source.kind !== 'built' || build === undefined) return false
  const toolchain = await findToolchain(context)
  if (toolchain === null || toolchain.version === 'unknown') return false
  if (toolchain.version === source.toolchain) return false
  return !isOlder(toolchain.version, leastGo(join(context.projectDir, 'go', build.folder)))
}

/** One line for people on where programs came from. */
export function describeSource({ source, version }: Pick<ProgramsRecord, 'source' | 'version'>) {
  switch (source.kind) {
    case 'release':
      return `release ${version}, ${source.url}`
    case 'built':
      return `built from ${source.modules.join(', ')} with ${source.toolchain}`
    case 'packages':
      return `unpacked from ${Object.entries(source.versions)
        .map((pair) => pair.join(' '))
        .join(', ')}`
    case 'installed':
      return `installed on this machine, ${source.paths.join(', ')}`
  }
}
