import { homedir } from 'node:os'
import { join } from 'node:path'
import { InputError } from '../../core/errors.ts'
import type { Mirrors } from '../../core/programs.ts'
import type { Arch } from './family.ts'

/** What fetching and building depend on. */
export type ProgramsContext = {
  /** The programs' cache, see `cacheDirOf`. */
  readonly cacheDir: string
  /** This project's own folder, where `go/` lies. */
  readonly projectDir: string
  /** The user's environment: proxies, PATH, the Go settings. */
  readonly env: Readonly<Record<string, string | undefined>>
  readonly mirrors?: Mirrors
  /** Left out: this machine's. */
  readonly arch?: Arch
}

/** The cache's folder as the XDG base directory specification has it; a relative value is ignored. */
export function cacheDirOf(env: ProgramsContext['env']): string {
  const base = env['XDG_CACHE_HOME']
  return join(base?.startsWith('/') ? base : join(env['HOME'] || homedir(), '.cache'), 'hardway')
}

/** The folders inside the cache. Everything that fetching and building writes lies below them. */
export function foldersOf({ cacheDir }: Pick<ProgramsContext, 'cacheDir'>) {
  return {
    programs: join(cacheDir, 'programs'),
    images: join(cacheDir, 'images'),
    downloads: join(cacheDir, 'downloads'),
    locks: join(cacheDir, 'locks'),
    apt: join(cacheDir, 'apt'),
    compiled: join(cacheDir, 'compiled'),
    go: join(cacheDir, 'go'),
    goBuild: join(cacheDir, 'go', 'build'),
    goModules: join(cacheDir, 'go', 'mod'),
  }
}

const ARCHES: Readonly<Record<string, Arch>> = { x64: 'amd64', arm64: 'arm64' }

/** The machine's architecture as releases name it. */
export function archOf(context: ProgramsContext): Arch {
  const arch = context.arch ?? ARCHES[process.arch]
  if (arch !== undefined) return arch
  throw new InputError({
    problem: `the lab's programs are not available for this machine (${process.arch})`,
    remedy: 'use an amd64 or arm64 machine',
  })
}
