import { fileURLToPath } from 'node:url'
import manifest from '../../package.json' with { type: 'json' }
import { cacheDirOf, type ProgramsContext } from '../supply/programs/context.ts'
import type { Mirrors } from '../core/programs.ts'

/** This program's version. */
export const VERSION = manifest.version

/** How this program's requests can be told apart in an audit log. */
export const USER_AGENT = `hardway/${VERSION}`

/** This project's own folder, wherever it is started from. */
export const PROJECT_FOLDER = fileURLToPath(new URL('../../', import.meta.url))

/** Where programs and images come from and are kept. */
export function programsContext(mirrors: Mirrors = {}): ProgramsContext {
  const { env } = process
  return { cacheDir: cacheDirOf(env), projectDir: PROJECT_FOLDER, env, mirrors }
}
