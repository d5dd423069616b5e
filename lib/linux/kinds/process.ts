import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { at, type Json, listAt, sameJson, textsAt } from '../../core/json.ts'
import { mustBeTrusted } from '../../trust/trusted-path.ts'
import { startOf } from '../../process/process-identity.ts'
import { end, MARK, type Marked, markedProcesses } from '../processes.ts'
import { unless } from '../files.ts'
import type { Process } from '../../ports/resources.ts'
import { spawnTurn } from '../../process/spawn-turn.ts'
import { hierarchies } from './cgroup.ts'
import type { Kind } from './kind.ts'
import { NETNS_FOLDER } from './network-namespace.ts'

/** Digest of the files a daemon had read when it started; another digest now asks for a restart. */
const READS = 'HARDWAY_READS'
const GRACE_MS = 5_000
/** Its data goes with it; an API server would wait for watchers to leave. */
const REMOVE_GRACE_MS = 500
/** How long nsenter may take to become the program; a few milliseconds, but for a very busy machine. */
const BECOME_MS = 10_000

export const process_: Kind<Process> = {
  together: true,
  restoredLast: true,
  name: ({ host, name }) => `${name} on ${host}`,
  wanted: ({ argv, env }) => ({ argv, env, reads: 'current' }),
  async look(resources) {
    const all = markedProcesses()
    return Promise.all(resources.map((wanted) => stateOf(wanted, all)))
  },
  async put(wanted) {
    await stop(wanted, false)
    await start(wanted)
  },
  // As `systemctl stop` does it: containers go on without their daemon.
  takeAway: (wanted) => stop(wanted, false),
  async restore(wanted, before) {
    const now = await stateOf(wanted, markedProcesses())
    if (now !== null && isAsBefore(now, before)) return
    await stop(wanted, before === null)
    if (at(before, 'env') === undefined) return
    await start({
      ...wanted,
      argv: listAt(before, 'argv').map(String),
      env: textsAt(before, 'env'),
    })
  },
}

async function stateOf(wanted: Process, all: readonly Marked[]): Promise<Json> {
  const [running] = mainsOf(wanted, all)
  if (running === undefined) return null
  const { [READS]: digest, ...env } = running.env
  const current = digest === (await digestOf(wanted.reads))
  return { argv: running.argv, env, reads: current ? 'current' : 'changed' }
}

/** Where it had read something older before, starting it once more would not give that back. */
function isAsBefore(now: Json, before: Json): boolean {
  if (at(now, 'reads') === 'changed' && at(before, 'reads') === 'current') return false
  return ['argv', 'env'].every((key) => sameJson(at(now, key), at(before, key)))
}

/** The daemon itself, not what it started (containerd's shims inherit its mark); two where it was started twice. */
function mainsOf(wanted: Process, all: readonly Marked[]): readonly Marked[] {
  const program = basename(wanted.argv[0] ?? '')
  return all.filter(
    ({ mark, argv }) => mark === markOf(wanted) && basename(argv[0] ?? '') === program,
  )
}

/** What stays behind on purpose when a daemon restarts (shims and their containers) ends only with `all`. */
async function stop(wanted: Process, all: boolean): Promise<void> {
  const marked = markedProcesses().filter(({ mark }) => mark === markOf(wanted))
  await end(mainsOf(wanted, marked), all ? REMOVE_GRACE_MS : GRACE_MS)
  if (all) await end(marked, 0)
}

async function start(wanted: Process): Promise<void> {
  const [program = ''] = wanted.argv
  if (isAbsolute(program)) await mustBeTrusted(program)
  await mkdir(dirname(wanted.log), { recursive: true })
  const log = openSync(wanted.log, 'a', 0o600)
  try {
    const enter = [
      `--net=${NETNS_FOLDER}/${wanted.netns}`,
      ...(wanted.mountNamespace === null ? [] : [`--mount=${wanted.mountNamespace}`]),
    ]
    const reads = await digestOf(wanted.reads)
    await spawnTurn()
    // nsenter becomes the program: the pid is the daemon's own.
    const child = spawn('nsenter', [...enter, '--', ...wanted.argv], {
      cwd: '/',
      detached: true,
      stdio: ['ignore', log, log],
      env: { ...wanted.env, [MARK]: markOf(wanted), [READS]: reads },
    })
    await once(child, 'spawn')
    child.unref()
    if (child.pid === undefined) return
    await joinCgroup(wanted.cgroup, child.pid)
    await become(child.pid)
  } finally {
    closeSync(log)
  }
}

/** Until then nobody could tell the daemon from nsenter, and it would count as not running. */
async function become(pid: number): Promise<void> {
  const deadline = Date.now() + BECOME_MS
  while (Date.now() < deadline && startOf(pid) !== null) {
    const argv = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
    if (argv !== '' && !argv.startsWith('nsenter\0')) return
    await sleep(1)
  }
}

async function joinCgroup(path: string, pid: number): Promise<void> {
  const { roots } = await hierarchies()
  const files = roots.map((root) => join(root, path, 'cgroup.procs'))
  // A daemon that ended at once is reported by the step's verify, with its log; a missing cgroup by its own step.
  const gone = unless('ESRCH', 'ENOENT')
  await Promise.all(files.map((file) => writeFile(file, String(pid)).catch(gone)))
}

function markOf({ lab, host, name }: Process): string {
  return `${lab}/${host}/${name}`
}

async function digestOf(paths: readonly string[]): Promise<string> {
  const hash = createHash('sha256')
  for (const path of paths) hash.update(path).update(await readFile(path).catch(() => ''))
  return hash.digest('hex').slice(0, 16)
}
