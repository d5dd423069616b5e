import { symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { run } from '../../process/command.ts'
import { fromPackages } from './debian.ts'
import type { Family } from './family.ts'
import { fromModules } from './go-build.ts'
import type { Job, Made } from './job.ts'
import { findOnPath } from './path.ts'
import { fromRelease } from './release.ts'

/** Where root's programs lie; a user's PATH may lack them. */
const ROOT_PATH = '/usr/sbin:/sbin:/usr/bin:/bin'

/** A place that programs may come from. */
export interface ProgramSource {
  /** As people would say it: `official release 1.3.4`. */
  readonly name: string
  /** What a user can do to open this place; left out where there is nothing to open. */
  readonly remedy?: string
  /** Fills `folder`/bin. Rejects with an Error that says why not. */
  make(folder: string): Promise<Made>
}

/** Where a family may come from, in the order to be tried. */
export function sourcesOf(family: Family, job: Job): readonly ProgramSource[] {
  const { version, installed, release, build, packages } = family
  const [packageName = ''] = packages?.names ?? []
  return [
    installed && {
      name: 'what is installed on this machine',
      make: (folder: string) => fromMachine(family, join(folder, 'bin'), job),
    },
    release && {
      name: `official release ${version}`,
      remedy: `let this machine reach ${release.host} (HTTPS_PROXY is honoured, or name a mirror)`,
      make: (folder: string) => fromRelease(family, release, join(folder, 'bin'), job),
    },
    build && {
      name: `build from Go modules, go/${build.folder}`,
      remedy:
        'install Go 1.26 or newer (go.dev/dl) and let it reach a module proxy (GOPROXY is honoured)',
      make: (folder: string) => fromModules(family, build, folder, job),
    },
    packages && {
      name: `the distribution's package ${packageName}`,
      remedy: `on Debian or Ubuntu: sudo apt-get install ${packageName}`,
      make: (folder: string) => fromPackages(family, packages, folder, job),
    },
  ].filter((source) => source !== undefined)
}

/** Makes links in `bin` to programs installed on this machine. Rejects with an Error naming one that is not. */
async function fromMachine(
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
