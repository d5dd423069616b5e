import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { families } from '../../../pins.ts'
import { archOf, foldersOf, type ProgramsContext } from './context.ts'
import type { Family, FamilyName } from './family.ts'
import { filesAreWhole, type ProgramsRecord, readRecord } from './record.ts'
import { findToolchain } from './toolchain.ts'

/** Programs that are there and proven to be what they were when they were put there. */
export interface Found {
  readonly family: FamilyName
  readonly version: string
  /** One line for people: where they came from. */
  readonly source: string
  /** The folder of the programs, absolute. */
  readonly dir: string
}

/**
 * The folder of a family's programs, whether it is there or not: it depends on what is pinned only.
 * Reads the family's go.mod and go.sum.
 */
export async function familyDir(family: Family, context: ProgramsContext): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify([family, archOf(context)]))
  if (family.build !== undefined) {
    for (const name of ['go.mod', 'go.sum']) {
      const file = join(context.projectDir, 'go', family.build.folder, name)
      hash.update(await readFile(file).catch(() => ''))
    }
  }
  const key = hash.digest('hex').slice(0, 12)
  return join(foldersOf(context).programs, `${family.name}-${family.version}-${key}`)
}

/** The folder in which a family's programs lie, or will lie. */
export async function binDir(name: FamilyName, context: ProgramsContext): Promise<string> {
  return join(await familyDir(families[name], context), 'bin')
}

/**
 * The path at which a program lies, or will lie once its family is acquired. Throws for a name that
 * no family has.
 */
export async function programPath(program: string, context: ProgramsContext): Promise<string> {
  for (const family of Object.values(families)) {
    if (family.programs.includes(program)) return join(await binDir(family.name, context), program)
  }
  throw new Error(`no family of programs has ${program}`)
}

/**
 * A family's programs in the cache; null where they are not all there, have changed, or were built
 * by another Go than the one this machine has now. Writes nothing, starts nothing.
 */
export async function lookPrograms(
  name: FamilyName,
  context: ProgramsContext,
): Promise<Found | null> {
  const family = families[name]
  const folder = await familyDir(family, context)
  const record = await readRecord(folder)
  if (record === null) return null
  if (!family.programs.every((program) => `bin/${program}` in record.files)) return null
  if (await builtByAnother(record, context)) return null
  if (!(await filesAreWhole(folder, record.files))) return null
  return {
    family: name,
    version: record.version,
    source: describeSource(record),
    dir: join(folder, 'bin'),
  }
}

async function builtByAnother({ source }: ProgramsRecord, context: ProgramsContext) {
  if (source.kind !== 'built') return false
  const toolchain = await findToolchain(context)
  return toolchain !== null && toolchain.version !== source.toolchain
}

/** One line for people on where programs came from. */
export function describeSource({ source, version }: Pick<ProgramsRecord, 'source' | 'version'>) {
  switch (source.kind) {
    case 'release':
      return `release ${version}, ${source.url}`
    case 'built':
      return `built from ${source.modules.join(', ')} with ${source.toolchain}`
    case 'packages':
      return `unpacked from ${Object.entries(source.versions).map((pair) => pair.join(' ')).join(', ')}`
    case 'installed':
      return `installed on this machine, ${source.paths.join(', ')}`
  }
}
