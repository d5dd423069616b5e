import assert from 'node:assert/strict'
import { readdir, readFile, rm, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { textAt } from '../../lib/core/json.ts'
import { assertCode } from './events.ts'
import { inventory, LAB } from './inventory.ts'
import { kubectl, labStatus, layout, live, pidsOf, withTheChapter } from './lab.ts'
import { noLab } from './no-lab.ts'
import { command, run } from './program.ts'
import { eventually } from './wait.ts'

/** Whatever of a lab is gone comes back, and nothing else is touched. */
const skip = noLab
const FILE = inventory()

withTheChapter(FILE)

for (const daemon of [
  `${LAB}m0/etcd`,
  `${LAB}m0/kube-apiserver`,
  `${LAB}m0/kube-controller-manager`,
  `${LAB}m0/kube-scheduler`,
  `${LAB}w0/containerd`,
  `${LAB}w0/kubelet`,
  `${LAB}w0/kube-proxy`,
]) {
  test(`after kill -9 of ${daemon} only that one is started again`, { skip }, async () => {
    const before = pidsOf(await labStatus(FILE))
    const containers = await containerIds()
    const pid = before[daemon]
    assert.ok(pid)
    process.kill(pid, 'SIGKILL')
    await eventually(`the end of ${daemon}`, async () => !(await isAlive(pid)))

    const status = await run(['lab', 'status', '--inventory', FILE])
    assertCode(status, 1)
    assert.match(status.stdout, new RegExp(`${daemon.split('/')[1] ?? ''} NOT RUNNING`))

    const up = await run(['lab', 'up', '--json', '--inventory', FILE])
    assertCode(up, 0)
    const after = pidsOf(await labStatus(FILE))
    assert.notEqual(after[daemon], pid)
    assert.equal((await labStatus(FILE)).up, true)
    assert.deepEqual(others(after, daemon), others(before, daemon))
    assert.deepEqual(await containerIds(), containers)
  })
}

test('everything comes back after a reboot, with the old cluster', { skip }, async () => {
  const uid = await clusterUid()
  await reboot()
  const down = await labStatus(FILE)
  assert.equal(down.up, false)
  const dry = await run(['--dry-run', '--json', '--inventory', FILE])
  assertCode(dry, 0)
  const again = await run(['--json', '--inventory', FILE])
  assertCode(again, 0)
  assert.equal((await labStatus(FILE)).up, true)
  assert.equal(await clusterUid(), uid)
  assertCode(await run(['verify', '--json', '--inventory', FILE]), 0)
})

test('lab down clears what a reboot has left', { skip }, async () => {
  await reboot()
  assertCode(await run(['lab', 'down', '--json', '--inventory', FILE]), 0)
  await assert.rejects(readdir(layout.folder), { code: 'ENOENT' })
})

/**
 * The daemons that have to stay as they are. Without etcd or the only API server a controller manager
 * and a scheduler cannot renew their lease, and end by themselves after ten seconds.
 */
function others(pids: ReturnType<typeof pidsOf>, killed: string): readonly (readonly unknown[])[] {
  const mayEnd = /etcd|apiserver/.test(killed) ? /controller-manager|scheduler/ : /^$/
  return Object.entries(pids).filter(([name]) => name !== killed && !mayEnd.test(name))
}

async function clusterUid(): Promise<string> {
  return textAt((await live('namespace', 'kube-system')) ?? undefined, 'metadata', 'uid') ?? ''
}

/** The containers of all pods: they must outlive their runtime's and their kubelet's restart. */
async function containerIds(): Promise<string> {
  const path =
    '{range .items[*]}{.metadata.name}{.status.containerStatuses[*].containerID}{"\\n"}{end}'
  return kubectl(['get', 'pods', '-A', '-o', `jsonpath=${path}`])
}

async function isAlive(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${String(pid)}/stat`, 'utf8').catch(() => '')
  return stat !== '' && !/\) [ZX] /.test(stat)
}

/** What a reboot takes: processes, mounts, namespaces, interfaces, cgroups and /run. */
async function reboot(): Promise<void> {
  const pids = await labPids()
  for (const pid of pids) process.kill(pid, 'SIGKILL')
  await eventually('the end of all processes', async () => (await labPids()).length === 0)
  const mounts = (await readFile('/proc/self/mountinfo', 'utf8'))
    .split('\n')
    .map((line) => line.split(' ')[4] ?? '')
    .filter((path) => path.startsWith(layout.run))
  for (const path of mounts.toReversed()) await command('umount', ['--lazy', path])
  const hosts = [`${LAB}m0`, `${LAB}w0`, layout.lan]
  for (const name of hosts) await command('ip', ['netns', 'delete', name])
  await command('ip', ['link', 'delete', layout.uplink])
  await rm(layout.run, { recursive: true, force: true })
  for (const hierarchy of await readdir('/sys/fs/cgroup')) {
    await removeCgroup(join('/sys/fs/cgroup', hierarchy, layout.cgroup))
  }
  await removeCgroup(join('/sys/fs/cgroup', layout.cgroup))
}

/** The lab's daemons by their mark, its containers by their cgroup. */
async function labPids(): Promise<readonly number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number)
  const ours = await Promise.all(
    pids.map(async (pid) => {
      const read = (name: string) =>
        readFile(`/proc/${String(pid)}/${name}`, 'utf8').catch(() => '')
      const [environ = '', cgroup = ''] = await Promise.all(['environ', 'cgroup'].map(read))
      const marked = environ.includes(`HARDWAY_PROCESS=${LAB}/`)
      return (marked || cgroup.includes(layout.cgroup)) && (await isAlive(pid))
    }),
  )
  return pids.filter((_, i) => ours[i])
}

async function removeCgroup(path: string): Promise<void> {
  const entries = await readdir(path, { withFileTypes: true }).catch(() => [])
  for (const entry of entries) if (entry.isDirectory()) await removeCgroup(join(path, entry.name))
  await rmdir(path).catch(() => undefined)
}
