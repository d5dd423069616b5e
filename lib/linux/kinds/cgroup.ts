import { mkdir, readdir, readFile, rmdir, stat, writeFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { join } from 'node:path'
import { type Json, listAt } from '../../core/json.ts'
import { StepError } from '../../core/errors.ts'
import { absent } from '../files.ts'
import { mounts } from '../mounts.ts'
import { signalTo } from '../processes.ts'
import type { Cgroup } from '../../ports/resources.ts'
import { type Kind, oneByOne } from './kind.ts'

/** What the kubelet wants below its cgroup root on v2; those the kernel lacks are left out. */
const CONTROLLERS = ['cpuset', 'cpu', 'io', 'memory', 'pids', 'hugetlb']
const V2_ROOT = '/sys/fs/cgroup'
const EMPTY_DEADLINE_MS = 10_000

export const cgroup: Kind<Cgroup> = {
  name: ({ path }) => (path === '' ? 'controllers of the root cgroup' : `cgroup ${path}`),
  wanted: () => ({ missing: [] }),
  look: oneByOne(lookAt),
  async put({ path, delegate }) {
    const { roots, v2 } = await hierarchies()
    for (const root of roots) {
      const folder = join(root, path)
      await mkdir(folder, { recursive: true })
      if (root.endsWith('/cpuset')) await inheritCpuset(root, path)
    }
    if (!v2 || !delegate) return
    const folder = join(V2_ROOT, path)
    // One by one: the kernel refuses the whole line when one of them is not there.
    for (const name of await missingIn(folder)) await enable(folder, `+${name}`)
  },
  async restore({ path }, before) {
    const { roots, v2 } = await hierarchies()
    if (before !== null) {
      const taken = listAt(before, 'missing').filter((name) => typeof name === 'string')
      if (v2) for (const name of taken) await enable(join(V2_ROOT, path), `-${name}`)
      return
    }
    // The root is never ours to remove, nor what runs in it ours to end.
    if (path === '') return
    for (const root of roots) await removeTree(join(root, path))
  },
}

async function lookAt({ path, delegate }: Cgroup): Promise<Json> {
  const { roots, v2 } = await hierarchies()
  const found = await Promise.all(roots.map((root) => stat(join(root, path)).catch(absent)))
  if (found.includes(null)) return null
  return { missing: v2 && delegate ? await missingIn(join(V2_ROOT, path)) : [] }
}

/** The mounted hierarchies: one folder a v1 controller, or the single one of v2. */
export async function hierarchies() {
  const all = await mounts()
  if (all.some(({ path, type }) => path === V2_ROOT && type === 'cgroup2')) {
    return { roots: [V2_ROOT], v2: true }
  }
  // A hybrid machine mounts v2 beside v1, and the container runtime then uses both.
  const roots = all.filter(({ type }) => type.startsWith('cgroup')).map(({ path }) => path)
  return { roots: [...new Set(roots)], v2: false }
}

async function missingIn(folder: string): Promise<string[]> {
  const files = ['cgroup.controllers', 'cgroup.subtree_control'].map((name) => join(folder, name))
  const [available = [], enabled = []] = await Promise.all(files.map(wordsOf))
  return CONTROLLERS.filter((name) => available.includes(name) && !enabled.includes(name))
}

async function wordsOf(file: string): Promise<string[]> {
  return (await readFile(file, 'utf8').catch(() => '')).trim().split(/\s+/)
}

async function enable(folder: string, what: string): Promise<void> {
  await writeFile(join(folder, 'cgroup.subtree_control'), what).catch((error: unknown) => {
    // A controller in use elsewhere stays as it is; the kubelet says what it cannot do without.
    if (what.startsWith('+')) throw error
  })
}

/** A new v1 cpuset is empty and takes no process until it has what its parent has. */
async function inheritCpuset(root: string, path: string): Promise<void> {
  let folder = root
  for (const part of path.split('/')) {
    const parent = folder
    folder = join(folder, part)
    for (const file of ['cpuset.cpus', 'cpuset.mems']) {
      const now = await readFile(join(folder, file), 'utf8').catch(() => null)
      if (now?.trim() !== '') continue
      await writeFile(join(folder, file), await readFile(join(parent, file), 'utf8'))
    }
  }
}

async function pidsIn(folder: string): Promise<number[]> {
  const pids = (await wordsOf(join(folder, 'cgroup.procs'))).map(Number)
  const below = await Promise.all((await subfolders(folder)).map(pidsIn))
  // A process of another pid namespace is shown as 0, which for kill(2) is this program's own group.
  return [...pids.filter((pid) => pid > 0), ...below.flat()]
}

async function subfolders(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(absent)
  return (entries ?? [])
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(folder, name))
}

/** Ends what still runs in it (containers that nothing stops any more), then removes it, deepest first. */
async function removeTree(folder: string): Promise<void> {
  const deadline = Date.now() + EMPTY_DEADLINE_MS
  for (;;) {
    const pids = await pidsIn(folder)
    if (pids.length === 0) break
    for (const pid of pids) signalTo(pid, 'SIGKILL')
    if (Date.now() > deadline) {
      throw new StepError({
        problem: `processes in cgroup ${folder} do not end`,
        seen: pids.map((pid) => `process ${pid}`),
        remedy: `look at them (ps -p ${pids.join(',')}), end them, then run the same command again`,
      })
    }
    await sleep(10)
  }
  await removeEmpty(folder, deadline)
}

async function removeEmpty(folder: string, deadline: number): Promise<void> {
  for (const below of await subfolders(folder)) await removeEmpty(below, deadline)
  for (;;) {
    try {
      await rmdir(folder)
      return
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code
      if (code === 'ENOENT') return
      // The kernel lets go of a cgroup a moment after its last process has been reaped.
      if (code !== 'EBUSY' || Date.now() > deadline) throw error
      await sleep(10)
    }
  }
}
