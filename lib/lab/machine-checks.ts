import { at } from '../core/json.ts'
import { overlaps } from '../inventory/address.ts'
import { hostsOf } from '../inventory/inventory.ts'
import type { HostReader, MachineFacts } from '../ports/host.ts'
import type { Lab } from './layout.ts'
import { namesOf } from './network.ts'

export const GIB = 1024 ** 3
/** Measured: the whole default lab with the chapter takes 1.5 GB; a host more takes about 0.2 GB. */
const MEMORY_A_HOST = 0.25 * GIB
/** Sources, caches and programs while Kubernetes is built; what the lab itself writes once it is. */
const DISK = { build: 6 * GIB, run: 1 * GIB }
/** Each kubelet and containerd keeps some; the usual default of 128 is enough for about ten workers. */
const INOTIFY_A_WORKER = 10

/** One thing that would make the lab fail later. */
export type Trouble = {
  readonly problem: string
  readonly remedy: string
}

/** Where there can be no lab, the rest still works. */
const ELSEWHERE =
  'prove the DNS of a cluster of yours (npx tsx run.ts prove --kubeconfig FILE), or name it in inventory.yaml and replay the chapter there (target: {kubeconfig: …, context: …})'

/** Why this machine or this user can have no lab at all; undefined where nothing speaks against it. */
export function whyNoLab(platform: string, root: boolean): Trouble | undefined {
  if (platform !== 'linux') {
    return {
      problem: `a lab needs Linux and this is ${platform}`,
      remedy: `run it in a Linux virtual machine; or ${ELSEWHERE}`,
    }
  }
  if (root) return undefined
  return {
    problem: 'a lab makes network namespaces and mounts, and only root may',
    remedy: `sudo npx tsx run.ts\n# or ${ELSEWHERE}`,
  }
}

/** What this machine and this user cannot do at all. */
export function unable(facts: MachineFacts): readonly Trouble[] {
  const never = whyNoLab(facts.platform, facts.root)
  if (facts.platform !== 'linux' && never !== undefined) return [never]
  const { missingCapabilities: capabilities, missingPrograms: programs } = facts
  return [
    ...(never === undefined ? [] : [never]),
    facts.root &&
      capabilities.length > 0 && {
        problem: `root does not have ${capabilities.join(', ')} here, as in an unprivileged container`,
        remedy: 'start the container with --privileged, or use a virtual machine',
      },
    programs.length > 0 && {
      problem: `${programs.join(', ')} not found on the PATH`,
      remedy: 'apt-get install iproute2 util-linux mount coreutils grep',
    },
  ].filter((trouble) => trouble !== false)
}

/** Whether the programs that take longest to build are there. */
export async function isBuilt(host: HostReader, { layout }: Lab): Promise<boolean> {
  const programs = { kind: 'programs', family: 'kubernetes', into: layout.programs } as const
  const [found] = await host.look([programs])
  return at(found?.now, 'cached') === true
}

/** What there is too little of. */
export function tooSmall(
  facts: MachineFacts,
  { inventory: { lab } }: Lab,
  built: boolean,
): readonly Trouble[] {
  const hosts = hostsOf(lab).length
  const needed = built ? DISK.run : DISK.build
  const instances = facts.inotify['max_user_instances'] ?? Infinity
  return [
    facts.memoryBytes < hosts * MEMORY_A_HOST && {
      problem: `${hosts} hosts need about ${gib(hosts * MEMORY_A_HOST)} GiB of memory, there are ${gib(facts.memoryBytes)}`,
      remedy: 'leave one controller and one worker in inventory.yaml',
    },
    ...Object.entries(facts.freeBytes).map(
      ([path, free]) =>
        free < needed && {
          problem: `${path} has ${gib(free)} GiB free, the lab may need ${needed / GIB}`,
          remedy: `free some (npx tsx run.ts cache shows what this program keeps), or set XDG_CACHE_HOME elsewhere`,
        },
    ),
    instances < lab.workers.length * INOTIFY_A_WORKER && {
      problem: `fs.inotify.max_user_instances is ${instances}, too few for ${lab.workers.length} workers`,
      remedy: 'sysctl -w fs.inotify.max_user_instances=512',
    },
  ].filter((trouble) => trouble !== false)
}

function gib(bytes: number): string {
  return (bytes / GIB).toFixed(1)
}

/** Addresses and ports that others use. */
export function taken(
  facts: MachineFacts,
  { inventory: { lab, cluster }, layout }: Lab,
): readonly Trouble[] {
  // A default route leads everywhere; only a closer one says that the addresses are somebody's.
  const others = facts.routes.filter(
    ({ to, dev }) => dev !== layout.uplink && !to.endsWith('/0') && overlaps(to, lab.network),
  )
  const kubelets = facts.foreignKubelets
  return [
    ...others.map(({ to, dev }) => ({
      problem: `${lab.network} is in use on this machine: ${to} is routed over ${dev}`,
      remedy:
        'give lab.network and the hosts of inventory.yaml another range, such as 192.168.198.0/24',
    })),
    kubelets.length > 0 && {
      problem: `a kubelet that is not of a lab runs here (process ${kubelets.join(', ')})`,
      remedy: `use that cluster (target: {kubeconfig: …, context: …}), or a machine of its own for the lab of ${cluster.domain}`,
    },
  ].filter((trouble) => trouble !== false)
}

/** Names in use although no lab of this name is recorded since the machine started, nor runs: somebody else's. */
export async function takenNames(host: HostReader, lab: Lab): Promise<readonly Trouble[]> {
  const { layout } = lab
  const names = namesOf(lab)
  const [run, ...found] = await host.look([
    { kind: 'folder', path: layout.run, mode: 0o711 },
    ...names,
  ])
  if (run?.now !== null || (await host.daemons(layout.name)).length > 0) return []
  const used = names.filter((_, i) => found[i]?.now !== null)
  if (used.length === 0) return []
  const removals = used.map(({ kind, name }) => {
    return kind === 'link' ? `ip link delete ${name}` : `ip netns delete ${name}`
  })
  return [
    {
      problem: `names that the lab would give are in use on this machine: ${used.map(({ name }) => name).join(', ')}`,
      remedy: `give lab.name and its hosts other names in inventory.yaml, or, if nobody needs these: ${removals.join('; ')}`,
    },
  ]
}
