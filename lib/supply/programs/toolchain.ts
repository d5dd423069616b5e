import { readFileSync } from 'node:fs'
import { readFile, realpath } from 'node:fs/promises'
import { delimiter, dirname, join } from 'node:path'
import type { ProgramsContext } from './context.ts'
import { findOnPath } from './path.ts'

/** The Go that would build. */
export type Toolchain = {
  /** The `go` command. */
  readonly go: string
  /** `go1.26.8`, or `unknown` where its VERSION file is not where it belongs. */
  readonly version: string
}

/**
 * The Go on the PATH, else where its installation instructions put it (sudo's PATH lacks that); null where there
 * is none. The version is read from a file: `go version` would write into the user's configuration folder.
 */
export async function findToolchain({
  env,
}: Pick<ProgramsContext, 'env'>): Promise<Toolchain | null> {
  const path = [env['PATH'] ?? '', join(env['GOROOT'] || '/usr/local/go', 'bin')].join(delimiter)
  const go = await findOnPath('go', path)
  if (go === null) return null
  const root = env['GOROOT'] || dirname(dirname(await realpath(go)))
  const text = await readFile(join(root, 'VERSION'), 'utf8').catch(() => '')
  return { go, version: /^go\d+\.\S+/.exec(text)?.[0] ?? 'unknown' }
}

/** The least version of Go that builds the modules of a folder: the `go` line of its go.mod. */
export function leastGo(folder: string): string {
  const line = /^go (\S+)$/m.exec(readFileSync(join(folder, 'go.mod'), 'utf8'))
  if (line?.[1] === undefined) throw new Error(`${folder}/go.mod has no go line`)
  return line[1]
}

/** True when `go1.22.4` is older than `1.24.0`, the form of a go.mod's `go` line. */
export function isOlder(version: string, wanted: string): boolean {
  const numbers = (text: string): number[] => (text.match(/\d+/g) ?? []).slice(0, 3).map(Number)
  const [have, need] = [numbers(version), numbers(wanted)]
  for (let i = 0; i < need.length; i++) {
    const difference = (have[i] ?? 0) - (need[i] ?? 0)
    if (difference !== 0) return difference < 0
  }
  return false
}
