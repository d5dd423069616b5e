import type { ProgramFamily } from '../core/programs.ts'
import type { Explanation } from '../core/errors.ts'
import { makeRoomFor, saysFullDisk } from '../core/machine-trouble.ts'
import type { Inventory } from '../inventory/inventory.ts'
import type { Daemon as Running } from '../ports/host.ts'
import type { Process, Resource } from '../ports/resources.ts'
import type { Reading } from '../ports/step.ts'
import { binOf, hostFolder, type Layout, mountNamespaceOf, searchPath } from './layout.ts'

/** The daemons of a lab, and the family of programs that each belongs to. */
const FAMILY = {
  etcd: 'etcd',
  'kube-apiserver': 'kubernetes',
  'kube-controller-manager': 'kubernetes',
  'kube-scheduler': 'kubernetes',
  containerd: 'containerd',
  kubelet: 'kubernetes',
  'kube-proxy': 'kubernetes',
} as const satisfies Record<string, ProgramFamily>

/** What each kind of host runs, in the order of start. */
export const PROGRAMS = {
  controller: ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler'],
  worker: ['containerd', 'kubelet', 'kube-proxy'],
} as const satisfies Record<string, readonly (keyof typeof FAMILY)[]>

/** Where the daemons of a host answer by TLS; the others have no such port. */
export const TLS_PORTS = {
  etcd: 2379,
  'kube-apiserver': 6443,
  'kube-controller-manager': 10257,
  'kube-scheduler': 10259,
  kubelet: 10250,
} as const satisfies Partial<Record<keyof typeof FAMILY, number>>

export type HostRole = keyof typeof PROGRAMS

/** A host of a lab; only workers have a range for pods. */
export type LabHost = {
  readonly name: string
  readonly role: HostRole
  readonly address: string
  readonly podCIDR: string | null
}

/** The controllers, then the workers. */
export function hostsOf({ controllers, workers }: Inventory['lab']): readonly LabHost[] {
  return [
    ...controllers.map((host) => ({ ...host, role: 'controller' as const, podCIDR: null })),
    ...workers.map((host) => ({ ...host, role: 'worker' as const })),
  ]
}

/** A daemon of a host, in the chapter's words: the program, its flags, the files it reads. */
export type Daemon = {
  readonly host: string
  readonly program: keyof typeof FAMILY
  /** As on a command line, without the leading dashes: `{ 'data-dir': '/x' }`. */
  readonly flags: Readonly<Record<string, string | true>>
  readonly reads: readonly string[]
  readonly worker?: boolean
}

/** The resource of a daemon. */
export function daemonOf(layout: Layout, of: Daemon): Process {
  const flags = Object.entries(of.flags)
  return {
    kind: 'process',
    lab: layout.name,
    host: of.host,
    name: of.program,
    argv: [
      `${binOf(layout, FAMILY[of.program])}/${of.program}`,
      ...flags.map(([name, value]) => (value === true ? `--${name}` : `--${name}=${value}`)),
    ],
    env: {
      HOME: hostFolder(layout, of.host),
      LC_ALL: 'C',
      PATH: searchPath(layout),
    },
    log: logOf(layout, of.host, of.program),
    netns: of.host,
    mountNamespace: of.worker === true ? mountNamespaceOf(layout, of.host) : null,
    cgroup: `${layout.cgroup}/system`,
    reads: of.reads,
  }
}

/** Three API servers that start at once on a busy machine have taken twenty seconds to greet. */
const YOUNG_MS = 60_000

/** Whether it was started within the last minute: on a busy machine it may not answer yet. */
export function isYoung({ ageMs }: Running): boolean {
  return ageMs < YOUNG_MS
}

/** Whether any of a lab's daemons was: they share the processors, and all are slow then. */
export async function isStarting({ host }: Reading, lab: string): Promise<boolean> {
  return (await host.daemons(lab)).some(isYoung)
}

/** Where a daemon's own output goes. */
export function logOf(layout: Layout, host: string, program: string): string {
  return `${layout.logs}/${host}/${program}.log`
}

/** Lines of a log that are looked through for a telling one, and those that are shown. */
const READ = 200
const SHOWN = 3

/** Explains which daemons do not run, with the ends of their logs; null where all run. Waiting for them is no use. */
export async function endedDaemons(
  ctx: Reading,
  daemons: readonly Process[],
): Promise<Explanation | null> {
  const sightings = await ctx.host.look(daemons satisfies readonly Resource[])
  const dead = daemons.filter((_, i) => sightings[i]?.now === null)
  const [first] = dead
  if (first === undefined) return null
  const tails = await Promise.all(dead.map((daemon) => tailOf(ctx, daemon)))
  const full = dead.find((_, i) => tails[i]?.some(saysFullDisk))
  return {
    problem: `${first.name} on ${first.host} is not running`,
    seen: tails.flat(),
    ...(full === undefined
      ? { remedy: 'fix what the log names, then continue with npx tsx run.ts --resume' }
      : {
          cause: `the disk that ${full.name} on ${full.host} writes to is full`,
          remedy: makeRoomFor(full.log),
        }),
  }
}

/** The last lines, and before them the one that says the disk is full: what ends for that ends with a stack. */
async function tailOf(ctx: Reading, { host, name, log }: Process): Promise<readonly string[]> {
  const bytes = await ctx.host.readFile(log)
  const lines = Buffer.from(bytes ?? '')
    .toString('utf8')
    .trim()
    .split('\n')
    .slice(-READ)
  const last = lines.slice(-SHOWN)
  const full = lines.slice(0, -SHOWN).findLast(saysFullDisk)
  return [
    `${name} on ${host} is not running; the end of ${log}:`,
    ...[...(full === undefined ? [] : [full]), ...last].map((line) => `  ${line}`),
  ]
}
