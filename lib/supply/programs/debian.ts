import { chmod, cp, mkdir, readdir, readlink, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { run } from '../../process/command.ts'
import { fetchPackages } from './apt.ts'
import type { Family, Packages, Wrapped } from './family.ts'
import type { Job, Made } from './job.ts'
import { findOnPath } from './path.ts'

/** Unpacks programs of the distribution's packages into `folder`/bin. Rejects with an Error that says why not. */
export async function fromPackages(
  family: Family,
  packages: Packages,
  folder: string,
  job: Job,
): Promise<Made> {
  const { context, progress, signal } = job
  const path = context.env['PATH'] ?? ''
  for (const tool of ['apt-get', 'dpkg-deb']) {
    if ((await findOnPath(tool, path)) === null) throw new Error(`this machine has no ${tool}`)
  }
  const root = join(folder, 'unpacked')
  const archives = join(folder, 'archives')
  await mkdir(archives, { recursive: true })
  await fetchPackages(packages, archives, job)
  const dpkgDeb = async (...args: readonly string[]): Promise<string> => {
    const ran = await run(['dpkg-deb', ...args], { env: context.env, signal })
    if (ran.code === 0) return ran.stdout
    throw new Error(`dpkg-deb ${args[0] ?? ''}: ${ran.stderr.trim()}`)
  }
  const versions: Record<string, string> = {}
  for (const file of await readdir(archives)) {
    const archive = join(archives, file)
    const shown = await dpkgDeb('--show', '--showformat=${Package} ${Version}', archive)
    const [name = file, version = ''] = shown.trim().split(' ')
    versions[name] = version
    progress(`unpacking ${name} ${version}`)
    await dpkgDeb('--extract', archive, root)
  }
  await rm(archives, { recursive: true })
  const inside = join(root, packages.folder)
  if (packages.wrapped === undefined) {
    for (const program of family.programs) {
      await cp(join(inside, program), join(folder, 'bin', program), { dereference: true })
      await chmod(join(folder, 'bin', program), 0o755)
    }
  } else {
    await copyLibraries(root, packages.wrapped.plugins?.folder, join(folder, 'lib'))
    await wrap(packages.wrapped, packages.complete === true, inside, folder)
  }
  await rm(root, { recursive: true })
  const [first = ''] = packages.names
  return { version: versions[first] ?? '', source: { kind: 'packages', versions } }
}

/** Libraries of all folders come into one, but for plugins, which have theirs in it. */
async function copyLibraries(root: string, plugins: string | undefined, to: string): Promise<void> {
  for (const file of await readdir(root, { recursive: true, withFileTypes: true })) {
    const from = join(file.parentPath, file.name)
    if (!/\.so[.\d]*$/.test(file.name)) continue
    // A link into another folder, as the C library has one, is another name for what comes anyway.
    if (file.isSymbolicLink() && (await readlink(from)).includes('/')) continue
    const plugin = plugins !== undefined && basename(file.parentPath) === plugins
    await cp(from, join(to, plugin ? plugins : '', file.name), { verbatimSymlinks: true })
  }
}

/** The loader of the C library (ld.so(8)), as each kind of machine calls it. */
const LOADER = /^ld-linux-.*\.so\.\d+$/

/** `libexec` gets the programs and `bin` scripts that start them with the libraries in `lib`. */
async function wrap(
  { plugins, commands }: Wrapped,
  complete: boolean,
  inside: string,
  folder: string,
): Promise<void> {
  const loader = complete ? await loaderIn(join(folder, 'lib')) : null
  for (const [program, [file, ...words]] of Object.entries(commands)) {
    await cp(join(inside, file), join(folder, 'libexec', file), { dereference: true })
    const start = [`"$here/libexec/${file}"`, ...words, '"$@"'].join(' ')
    const lines = [
      '#!/bin/sh',
      'here=${0%/*}/..',
      ...(loader === null ? ['LD_LIBRARY_PATH=$here/lib', 'export LD_LIBRARY_PATH'] : []),
      ...(plugins ? [`export ${plugins.variable}="$here/lib/${plugins.folder}"`] : []),
      // A loader and a C library that are not of one version do not go together.
      `exec ${loader === null ? '' : `"$here/lib/${loader}" --library-path "$here/lib" `}${start}`,
    ]
    await writeFile(join(folder, 'bin', program), `${lines.join('\n')}\n`, { mode: 0o755 })
  }
}

async function loaderIn(lib: string): Promise<string> {
  const found = (await readdir(lib)).find((name) => LOADER.test(name))
  if (found === undefined) throw new Error('the packages have no loader of a C library')
  return found
}
