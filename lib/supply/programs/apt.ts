import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Ran, run } from '../../process/command.ts'
import { foldersOf } from './context.ts'
import type { Packages } from './family.ts'
import type { Job } from './job.ts'
import { withLock } from './lock.ts'

/** Settings read after the machine's own: apt writes only below the cache and runs no hooks (apt.conf(5)). */
function settings(apt: string): string {
  return `#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear DPkg::Pre-Invoke;
#clear DPkg::Post-Invoke;
Dir::Cache "${apt}/cache";
Dir::Log "${apt}/log";
// The sandbox user may not enter the cache, which lies in somebody's home.
APT::Sandbox::User "";
Debug::NoLocking "true";
Acquire::Retries "2";
Acquire::Languages "none";
`
}

/** A package of a simulated installation: `Inst libc6 (2.36-9 Debian:12.14/oldstable [amd64])`. */
const TO_INSTALL = /^Inst (\S+) /gm

/**
 * Downloads packages, and where they are to be complete all that they depend on, into `archives`, by the machine's
 * package lists where they serve, else by fresh ones in the cache; apt checks the signatures. Rejects with an Error that has what apt said.
 */
export async function fetchPackages(
  { names, complete }: Pick<Packages, 'names' | 'complete'>,
  archives: string,
  { context, progress, signal }: Job,
): Promise<void> {
  const { apt, locks } = foldersOf(context)
  const lists = join(apt, 'lists')
  for (const folder of ['lists/partial', 'cache/archives/partial', 'log']) {
    await mkdir(join(apt, folder), { recursive: true })
  }
  const config = join(apt, 'apt.conf')
  await writeFile(config, settings(apt))
  const own = ['-o', `Dir::State::lists=${lists}`]
  const aptGet = (...args: readonly string[]): Promise<Ran> =>
    run(['apt-get', '-c', config, '-qq', ...args], { cwd: archives, env: context.env, signal })
  // On a machine that has nothing yet, what would come with them?
  const nothing = join(apt, 'nothing-installed')
  if (complete === true) await writeFile(nothing, '')
  const simulated = ['-o', `Dir::State::status=${nothing}`, '--simulate', '--no-install-recommends']
  const get = async (lists: readonly string[]): Promise<Ran> => {
    if (complete !== true) return aptGet(...lists, 'download', ...names)
    const told = await aptGet(...lists, ...simulated, 'install', ...names)
    if (told.code !== 0) return told
    const all = [...told.stdout.matchAll(TO_INSTALL)].flatMap(([, name]) => name ?? [])
    return aptGet(...lists, 'download', ...all)
  }
  // apt's own locks are of the machine, so the cache's folders have one of ours.
  const waiting = (): void => {
    progress('waiting for another download of packages')
  }
  await withLock(locks, 'apt', { signal, waiting }, async () => {
    progress(`downloading ${names.join(', ')}`)
    // The machine's lists may be missing, as in a container image, or name versions gone since.
    for (const lists of [[], own]) {
      if ((await get(lists)).code === 0) return
    }
    progress('fetching fresh package lists into the cache')
    const updated = await aptGet(...own, 'update')
    progress(`downloading ${names.join(', ')}`)
    const fetched = await get(own)
    if (fetched.code === 0) return
    const lines = `${updated.stderr}\n${fetched.stderr}`
      .split('\n')
      .filter((line) => /^[EW]:/.test(line))
    throw new Error(`apt-get download: ${lines.slice(-4).join(' ') || `code ${fetched.code}`}`)
  })
}
