import assert from 'node:assert/strict'
import { readdir, readFile, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import { LAB, NETWORK } from './inventory.ts'
import { OWN_PLACES, POOL } from './pool.ts'

/** What a lab could leave behind, each a sorted list of lines. */
export type Snapshot = Readonly<Record<string, readonly string[]>>

/** Where every lab mounts folders of its own: empty on the machine itself, and gone with the last lab. */
const MOUNT_POINTS = [
  ...['/etc/cni', '/etc/cni/net.d', '/run/containerd', '/var/lib/cni', '/var/lib/kubelet'],
  ...['/var/log/containers', '/var/log/pods'],
]
const FOLDERS = [...MOUNT_POINTS, `/run/hardway/${LAB}`, `/var/lib/hardway/${LAB}`]
const SETTINGS = [
  'kernel/keys/root_maxbytes',
  'kernel/keys/root_maxkeys',
  'kernel/panic',
  'kernel/panic_on_oops',
  'net/ipv4/ip_forward',
  'vm/overcommit_memory',
]

/** Names of other labs, such as the user's own, and of what other tests mount: they may come and go meanwhile. */
const beside = new Set([
  ...[...POOL, ...OWN_PLACES].map(({ name }) => name).filter((name) => name !== LAB),
  // The small disks that the tests of a full one mount.
  'hardway-disk-',
])

/** Folders that another lab may have made, or removed with itself. */
const shared = new Set<string>()

async function meetOtherLabs(): Promise<void> {
  for (const lab of await names('/var/lib/hardway')) {
    if (lab === LAB) continue
    for (const path of MOUNT_POINTS) shared.add(path)
    beside.add('unix /run/containerd/')
    const hosts = await names(`/var/lib/hardway/${lab}/hosts`)
    const own = [`${lab}-lan`, `hw-${lab}`, `hardway-${lab}`, `hardway/${lab}`, `=${lab}/`]
    for (const name of [...own, ...hosts]) beside.add(name)
  }
}

/** The machine as it is now. */
export async function machineSnapshot(): Promise<Snapshot> {
  await meetOtherLabs()
  const processes = await labProcesses()
  const found = {
    'network namespaces': await names('/run/netns'),
    mounts: (await lines('/proc/self/mountinfo')).map((line) =>
      // The numbers change with every mount; what is mounted where does not.
      line.split(' ').slice(3).join(' '),
    ),
    cgroups: await cgroups(),
    'cgroup controllers': await lines('/sys/fs/cgroup/cgroup.subtree_control'),
    interfaces: await names('/sys/class/net'),
    processes: processes.map(({ what }) => what),
    sockets: await listening(processes.flatMap(({ inodes }) => inodes)),
    folders: (await Promise.all(FOLDERS.map(tree))).flat(),
    settings: await Promise.all(
      SETTINGS.map(async (key) => `${key} = ${(await lines(`/proc/sys/${key}`)).join(' ')}`),
    ),
    modules: (await lines('/proc/modules')).map((line) => line.split(' ')[0] ?? ''),
  }
  return Object.fromEntries(Object.entries(found).map(([what, all]) => [what, [...all].sort()]))
}

/** That nothing has come and nothing has gone; else exactly what. */
export function assertSameMachine(now: Snapshot, before: Snapshot): void {
  const differs = Object.keys(before).flatMap((what) => {
    const [was = [], is = []] = [before[what], now[what]]
    return [
      ...is.filter((line) => !was.includes(line)).map((line) => `new in ${what}: ${line}`),
      ...was.filter((line) => !is.includes(line)).map((line) => `gone from ${what}: ${line}`),
    ].filter(
      (line) =>
        ![...beside].some((name) => line.includes(name)) &&
        ![...shared].some(
          (path) =>
            line.endsWith(` in folders: ${path}`) || line.endsWith(` from folders: ${path}`),
        ),
    )
  })
  assert.deepEqual(differs, [])
}

interface LabProcess {
  readonly what: string
  readonly inodes: readonly string[]
}

/** Daemons by their mark, containers by their cgroup, and whoever still runs a program of the lab. */
async function labProcesses(): Promise<readonly LabProcess[]> {
  const pids = (await names('/proc')).filter((name) => /^\d+$/.test(name))
  const all = await Promise.all(
    pids.map(async (pid): Promise<LabProcess | null> => {
      const read = (name: string) => readFile(`/proc/${pid}/${name}`, 'utf8').catch(() => '')
      const [environ, cgroup, argv] = await Promise.all(['environ', 'cgroup', 'cmdline'].map(read))
      const traces = [
        environ?.match(/HARDWAY_PROCESS=[^\0]*/)?.[0],
        cgroup?.match(/hardway-\S*/)?.[0],
      ]
      const [trace] = traces.filter((one) => one !== undefined)
      if (trace === undefined) return null
      // What has ended and waits to be fetched by its parent, which is not this program any more.
      if (argv === '') return null
      // A kubelet and a kube-proxy ask these every now and then, for some milliseconds.
      if (/\/(?:xtables-nft-multi|nft)$/.test(argv?.split('\0')[0] ?? '')) return null
      return {
        what: `${trace} ${(argv ?? '').replaceAll('\0', ' ')}`,
        inodes: await socketsOf(pid),
      }
    }),
  )
  return all.filter((one) => one !== null)
}

/** An address as /proc/net/tcp writes it. */
function hexOf(address: string): string {
  return Buffer.from(address.split('.').map(Number).toReversed()).toString('hex').toUpperCase()
}

async function socketsOf(pid: string): Promise<readonly string[]> {
  const links = await Promise.all(
    (await names(`/proc/${pid}/fd`)).map((fd) => readlink(`/proc/${pid}/fd/${fd}`).catch(() => '')),
  )
  return links.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? [])
}

/**
 * Sockets that listen here and are the lab's by owner, address or path. Other programs of this machine
 * open and close theirs as they like.
 */
async function listening(inodes: readonly string[]): Promise<readonly string[]> {
  const own = new Set(inodes)
  const LISTENS = '0A'
  const MACHINE = hexOf(`${NETWORK}.1`)
  const tcp = (await Promise.all(['tcp', 'tcp6'].map((name) => lines(`/proc/net/${name}`)))).flat()
  const unix = await lines('/proc/net/unix')
  return [
    ...tcp
      .map((line) => line.trim().split(/\s+/))
      .filter(([, local, , state, , , , , , inode]) => {
        const ours = own.has(inode ?? '') || local?.startsWith(MACHINE) === true
        return state === LISTENS && ours
      })
      .map(([, local]) => `tcp ${local ?? ''}`),
    ...unix
      .map((line) => line.trim().split(/\s+/))
      .filter(([, , , , , , inode, path = '']) => own.has(inode ?? '') || /hardway/.test(path))
      .map(([, , , , , , , path]) => `unix ${path ?? ''}`),
  ]
}

/** The cgroups of every hierarchy, v1 and v2, that containers, their runtimes or a lab may have made. */
async function cgroups(): Promise<readonly string[]> {
  const mounts = (await lines('/proc/self/mountinfo')).flatMap((line) => {
    const [before = '', after = ''] = line.split(' - ')
    return /^cgroup2? /.test(after) ? [before.split(' ')[4] ?? ''] : []
  })
  const all = (await Promise.all(mounts.map(foldersBelow))).flat()
  return all.filter((path) => /hardway|k8s|kube|containerd|runc/.test(path))
}

async function foldersBelow(path: string): Promise<readonly string[]> {
  const entries = await readdir(path, { withFileTypes: true }).catch(() => [])
  const folders = entries.filter((entry) => entry.isDirectory())
  const below = await Promise.all(folders.map(({ name }) => foldersBelow(join(path, name))))
  return [...folders.map(({ name }) => join(path, name)), ...below.flat()]
}

/** The folder and all that lies in it; nothing where it is not there. */
export async function tree(path: string): Promise<readonly string[]> {
  const entries = await readdir(path, { withFileTypes: true }).catch(() => null)
  if (entries === null) return []
  const below = await Promise.all(
    entries.map(async (entry) => {
      const inside = join(path, entry.name)
      return entry.isDirectory() ? tree(inside) : [inside]
    }),
  )
  return [path, ...below.flat()]
}

async function names(path: string): Promise<readonly string[]> {
  return readdir(path).catch(() => [])
}

async function lines(path: string): Promise<readonly string[]> {
  const text = await readFile(path, 'utf8').catch(() => '')
  return text.split('\n').filter((line) => line !== '')
}
