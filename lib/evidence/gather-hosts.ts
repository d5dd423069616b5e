import { defined } from '../core/defined.ts'
import { at, type Json, listAt, textAt } from '../core/json.ts'
import { hostsOf, isYoung, type LabHost, logOf, PROGRAMS, TLS_PORTS } from '../lab/daemon.ts'
import { hostFolder } from '../lab/layout.ts'
import { complaintsIn } from './complaints.ts'
import type { TlsFinding } from '../ports/host.ts'
import type { Gathering } from './channel.ts'
import { saysFullDisk } from '../core/machine-trouble.ts'
import {
  type DeadSeen,
  type Evidence,
  type HostSeen,
  type Looked,
  type SilentSeen,
  valueOf,
} from './evidence.ts'

/** Kernel settings without which packets of pods go lost. */
export const SETTINGS = {
  forward: 'net.ipv4.ip_forward',
  bridge: 'net.bridge.bridge-nf-call-iptables',
  connections: 'net.netfilter.nf_conntrack_count',
  connectionsMost: 'net.netfilter.nf_conntrack_max',
} as const

function unlessEmpty<T>(list: readonly T[]): readonly T[] | undefined {
  return list.length > 0 ? list : undefined
}

/** A kernel on this very machine takes connections whatever its programs do; what is dropped is sent again after a second. */
const NEAR_MS = 2_000

/** Lines of a dead program's log: its last words. */
const WORDS = 8

/** The hosts of a lab from outside: programs, network, CNI configuration. */
export async function hostsSeen(
  { host: port, ask, scene, clock }: Gathering,
  authority: Promise<Looked<string>>,
): Promise<Evidence['hosts']> {
  const { inventory, layout, has } = scene
  if (layout === null)
    return { notLooked: 'not proven from here: the hosts are not on this machine' }
  if (!has('hosts')) return { notLooked: 'none was made yet' }
  const running = await ask(() => port.daemons(layout.name))
  if (!('found' in running)) return running
  const textOf = async (path: string): Promise<string> =>
    Buffer.from(valueOf(await ask(() => port.readFile(path))) ?? '').toString('utf8')
  const settings = Object.values(SETTINGS)
  const seen = hostsOf(inventory.lab).map(async (host): Promise<HostSeen> => {
    const { name, role } = host
    const dead = PROGRAMS[role].filter(
      (program) =>
        has(program) && running.found.every((one) => one.host !== name || one.name !== program),
    )
    const runs = (program: 'kube-proxy' | 'kubelet') =>
      has(program) && role === 'worker' && !dead.includes(program)
    const saidBy = async (program: 'kube-proxy' | 'kubelet') =>
      runs(program)
        ? complaintsIn(await textOf(logOf(layout, name, program)), clock.now())
        : undefined
    const folder = `${hostFolder(layout, name)}/cni-conf`
    const cni =
      role === 'worker' ? cniFiles(valueOf(await ask(() => port.names(folder))) ?? []) : []
    const runtime = running.found.find((one) => one.host === name && one.name === 'containerd')?.pid
    const lives = PROGRAMS[role].filter((program) => has(program) && !dead.includes(program))
    const [greetings, network, config, proxySays, kubeletSays, ...logs] = await Promise.all([
      greetingsOf({ host: port, ask }, { host, programs: lives, authority }),
      // Before its routes were made nothing is to be told of a host's network.
      has('pod-routes') ? ask(() => port.network(name, settings)) : { notLooked: 'not made yet' },
      cni[0] === undefined ? '' : textOf(`${folder}/${cni[0]}`),
      saidBy('kube-proxy'),
      saidBy('kubelet'),
      ...dead.map((program) => textOf(logOf(layout, name, program))),
    ])
    const young = running.found.flatMap((one) =>
      one.host === name && isYoung(one) ? [one.name] : [],
    )
    const silent = greetings.flatMap(({ program, endpoint, tls }) =>
      tls.status === 'silent' ? [{ program, endpoint, reason: tls.reason }] : [],
    )
    const shown = greetings.find(({ program }) => program === 'kubelet')?.tls
    const judged = 'found' in (await authority)
    const kubeletShows = judged && shown?.status === 'bad' ? shown.reason : undefined
    return {
      ...{ name, role, network, ranges: rangesIn(config) },
      ...defined({ cni: unlessEmpty(cni), runtime }),
      ...defined({ young: unlessEmpty(young), silent: unlessEmpty(silent) }),
      ...defined({ proxySays, kubeletSays, kubeletShows }),
      dead: dead.map((program, i) =>
        deadSeen(logOf(layout, name, program), program, logs[i] ?? ''),
      ),
    }
  })
  return { found: await Promise.all(seen) }
}

type Alive = {
  readonly host: LabHost
  readonly programs: readonly string[]
  readonly authority: Promise<Looked<string>>
}

/** How those that run greet: a hung process is still among the processes, and takes connections. */
async function greetingsOf(
  { host: port, ask }: Pick<Gathering, 'host' | 'ask'>,
  { host: { address }, programs, authority }: Alive,
): Promise<readonly (Pick<SilentSeen, 'program' | 'endpoint'> & { readonly tls: TlsFinding })[]> {
  const ca = valueOf(await authority) ?? ''
  const asked = Object.entries(TLS_PORTS).filter(
    ([program]) => programs.includes(program) && program !== 'kube-apiserver',
  )
  const found = asked.map(async ([program, number]) => {
    const endpoint = `${address}:${String(number)}`
    const greeting = () => port.inspectTls(endpoint, { ca, identity: address, connectMs: NEAR_MS })
    const tls = valueOf(await ask(greeting, { of: `tls ${endpoint}` }))
    return tls === undefined ? [] : [{ program, endpoint, tls }]
  })
  return (await Promise.all(found)).flat()
}

/** What a full disk ends says so above the trace of its end. */
const READ = 200

function deadSeen(path: string, program: string, log: string): DeadSeen {
  const isFull = log.trim().split('\n').slice(-READ).some(saysFullDisk)
  return { program, words: lastWords(log), ...(isFull ? { full: path } : {}) }
}

function lastWords(log: string): readonly string[] {
  const words = log.trim().split('\n').slice(-WORDS)
  return words.filter((line) => line !== '')
}

/** Those that containerd reads, first the one that it uses (go-cni, `loadFromConfDir`). */
function cniFiles(names: readonly string[]): readonly string[] {
  return names.filter((name) => /\.(?:conf|conflist|json)$/.test(name))
}

/** The subnets that host-local hands out, in either spelling, of one plugin or a list; none where it cannot be read. */
function rangesIn(config: string): readonly string[] {
  const found = parsed(config)
  const ipams = [found, ...listAt(found, 'plugins')].map((plugin) => at(plugin, 'ipam'))
  return ipams.flatMap((ipam) => {
    const ranges = listAt(ipam, 'ranges').flatMap((set) => listAt(set))
    return [ipam, ...ranges].flatMap((one) => textAt(one, 'subnet') ?? [])
  })
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json
  } catch {
    return undefined
  }
}
