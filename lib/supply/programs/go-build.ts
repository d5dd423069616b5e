import { readdirSync } from 'node:fs'
import { mkdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { run } from '../../process/command.ts'
import { foldersOf, type ProgramsContext } from './context.ts'
import type { Family, GoBuild } from './family.ts'
import { goEnvironment } from './go-env.ts'
import { goProgress } from './go-progress.ts'
import type { Job, Made } from './job.ts'
import { findToolchain, isOlder, leastGo, type Toolchain } from './toolchain.ts'

/** The first Go that fetches a newer one by itself (go.dev/doc/toolchain). */
const SWITCHING_SINCE = '1.21'

/** How often it is looked how many programs are linked. */
const LOOK_MS = 1_000

/** How many of the last lines of a failed build are worth showing. */
const TAIL = 12

/**
 * Builds a family's programs from Go modules into `folder`/bin, in one call. Go's own cache, below ours, keeps
 * what an interrupted build has compiled. Rejects with an Error that says why not.
 */
export async function fromModules(
  family: Family,
  build: GoBuild,
  folder: string,
  job: Job,
): Promise<Made> {
  const { context, progress } = job
  const cwd = join(context.projectDir, 'go', build.folder)
  const toolchain = await findToolchain(context)
  const wanted = leastGo(cwd)
  if (toolchain === null) throw new Error(`there is no Go on this machine; ${bothWays(wanted)}`)
  refuseTooOld(toolchain, wanted, context)
  const folders = foldersOf(context)
  await mkdir(folders.goBuild, { recursive: true })
  await mkdir(folders.goModules, { recursive: true })
  const bin = join(folder, 'bin')
  // Go's scratch files: on the cache's disk like all else, and gone with the folder.
  const scratch = join(folder, 'scratch')
  await mkdir(scratch)
  const env = await goEnvironment(context, scratch)
  // Debug information, which is a fifth of the work and of Go's cache, would be stripped from the programs anyway.
  const compiling = ['-trimpath', '-gcflags=all=-dwarf=false']
  const flags = ['-mod=readonly', '-modcacherw', '-buildvcs=false', ...compiling]
  const packages = Object.values(build.packages)
  const output = goProgress(progress)
  const go = async (args: readonly string[]): Promise<string> => {
    const ran = await run([toolchain.go, ...args], {
      cwd,
      env,
      signal: job.signal,
      onLine: (line, stream) => {
        if (stream === 'stderr') output.line(line)
      },
    })
    if (ran.code === 0) return ran.stdout
    const tail = ran.stderr.trim().split('\n').slice(-TAIL).join('\n')
    throw new Error(`go ${args[0] ?? ''} ended with code ${ran.code}:\n${tail}`)
  }
  progress('asking Go what needs compiling')
  const ldflags = ['-ldflags', build.ldflags]
  const format = ['-deps', '-f', '{{.Stale}} {{.Name}}']
  output.listed(await go(['list', ...flags, ...ldflags, ...format, ...packages]))
  const linked = setInterval(() => {
    output.linked(readdirSync(bin).length)
  }, LOOK_MS)
  try {
    await go(['build', '-v', ...flags, ...ldflags, '-o', bin, ...packages])
  } finally {
    clearInterval(linked)
  }
  for (const [program, path] of Object.entries(build.packages)) {
    if (outputName(path) !== program) await rename(join(bin, outputName(path)), join(bin, program))
  }
  await rm(scratch, { recursive: true, force: true })
  return {
    version: family.version,
    source: {
      kind: 'built',
      modules: await pinnedModules(cwd, packages),
      toolchain: toolchain.version,
    },
  }
}

/** What `go build -o FOLDER` calls a program: the last part of its path that is not a major version. */
function outputName(path: string): string {
  return path.split('/').findLast((part) => !/^v\d+$/.test(part)) ?? path
}

/** The modules that hold the packages, with their versions as go.mod pins them; else the packages. */
async function pinnedModules(
  folder: string,
  packages: readonly string[],
): Promise<readonly string[]> {
  const text = await readFile(join(folder, 'go.mod'), 'utf8')
  const modules = [...text.matchAll(/^\s*(?:require )?(\S+) (v\S+)(?: \/\/ indirect)?$/gm)]
    .filter(([, path = '']) =>
      packages.some((name) => name === path || name.startsWith(`${path}/`)),
    )
    .map(([, path = '', version = '']) => `${path} ${version}`)
  return modules.length > 0 ? modules : packages
}

function refuseTooOld({ version }: Toolchain, wanted: string, { env }: ProgramsContext): void {
  if (version === 'unknown' || !isOlder(version, wanted)) return
  const local = env['GOTOOLCHAIN']?.startsWith('local') === true
  // A newer one comes through the module proxy by itself, unless it is told not to or is too old to know how.
  if (!local && !isOlder(version, SWITCHING_SINCE)) return
  const because = local ? ', and GOTOOLCHAIN=local keeps it from fetching one' : ''
  throw new Error(`${version} is too old, ${wanted} is needed${because}; ${bothWays(wanted)}`)
}

function bothWays(wanted: string): string {
  return (
    `either install Go ${wanted} or newer, ` +
    `or have any Go since ${SWITCHING_SINCE} with GOTOOLCHAIN=auto: it fetches the newer one through the module proxy`
  )
}
