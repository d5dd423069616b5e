import { symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { run } from '../../process/command.ts'
import type { Family } from './family.ts'
import type { Job, Made } from './job.ts'
import { findOnPath } from './path.ts'

/** Where root's programs lie; a user's PATH may lack them. */
const ROOT_PATH = '/usr/sbin:/sbin:/usr/bin:/bin'

/** Makes links in `bin` to programs installed on this machine. Rejects with an Error naming one that is not. */
export async function fromMachine(
  family: Family,
  bin: string,
  { context: { env }, signal }: Job,
): Promise<Made> {
  const found: Record<string, string> = {}
  for (const program of family.programs) {
    const path = await findOnPath(program, `${env['PATH'] ?? ''}:${ROOT_PATH}`)
    if (path === null) throw new Error(`${program} is not installed`)
    found[program] = path
  }
  for (const [program, path] of Object.entries(found)) await symlink(path, join(bin, program))
  const [first = ''] = Object.values(found)
  const told = await run([first, '--version'], { signal })
  const version = /\d+(\.\d+)+/.exec(told.stdout)?.[0] ?? 'unknown'
  return { version, source: { kind: 'installed', paths: Object.values(found) } }
}
