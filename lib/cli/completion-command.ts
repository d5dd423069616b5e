import { readdir } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { script } from '@bomb.sh/tab'
import { faults } from '../../steps/faults.ts'
import { LESSONS } from '../../steps/lessons.ts'
import { printCandidates, type Values } from '../command-line/completion.ts'
import type { CommonOptions, RequestOf } from '../command-line/request.ts'
import { quoted } from '../core/shell.ts'
import { labOf } from '../lab/layout.ts'
import { readInventory } from './inventory-file.ts'
import { print } from './print.ts'
import { PROJECT_FOLDER } from './project.ts'

/** The program's name in a shell that has read its script. */
const NAME = 'hardway'

/** For a shell that asks at Tab, and the script that makes it ask. */
export async function completionCommand(
  request: RequestOf<'complete' | 'completion'>,
  common: CommonOptions,
): Promise<number> {
  if (request.command === 'complete') {
    printCandidates(request.words, await valuesOf(request.words.at(-1) ?? '', common))
    return 0
  }
  const program = [process.execPath, join(PROJECT_FOLDER, 'run.ts')].map(quoted).join(' ')
  await print(
    request.shell === 'fish'
      ? `function ${NAME}; ${program} $argv; end`
      : `${NAME}() { ${program} "$@"; }`,
  )
  script(request.shell, NAME, NAME)
  return 0
}

/** Faults and hosts are the inventory's; where it cannot be read, none are offered. */
async function valuesOf(word: string, common: CommonOptions): Promise<Values> {
  const paths = await pathsFor(word)
  const known = { file: paths, folder: paths, old: paths, new: paths, id: Object.keys(LESSONS) }
  try {
    const inventory = await readInventory(common)
    const hosts = [...inventory.lab.controllers, ...inventory.lab.workers]
    return {
      ...known,
      fault: faults(labOf(inventory)).map(({ id }) => id),
      host: hosts.map(({ name }) => name),
    }
  } catch {
    return known
  }
}

/** What lies in the folder that the word names so far, as the word has it. */
async function pathsFor(word: string): Promise<readonly string[]> {
  const folder = word.endsWith('/') ? word : dirname(word)
  const begun = word.includes('/') ? join(folder, '/') : ''
  const all = await readdir(folder, { withFileTypes: true }).catch(() => [])
  return all
    .filter(({ name }) => name.startsWith('.') === basename(word).startsWith('.'))
    .map((entry) => `${begun}${entry.name}${entry.isDirectory() ? '/' : ''}`)
}
