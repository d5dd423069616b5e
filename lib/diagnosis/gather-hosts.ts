import { type Json, listAt, textAt } from '../core/json.ts'
import { logOf, PROGRAMS } from '../lab/daemon.ts'
import { binOf, hostFolder, type Layout } from '../lab/layout.ts'
import type { Ask, Looking } from './channel.ts'
import { type Evidence, type HostSeen, valueOf } from './evidence.ts'
import type { Scene } from './scene.ts'

/** Kernel settings without which packets of pods go lost. */
export const SETTINGS = {
  forward: 'net.ipv4.ip_forward',
  bridge: 'net.bridge.bridge-nf-call-iptables',
  connections: 'net.netfilter.nf_conntrack_count',
  connectionsMost: 'net.netfilter.nf_conntrack_max',
} as const

/** Lines of a dead program's log: its last words. */
const WORDS = 3

/** The hosts of a lab from outside: programs, network, CNI configuration. */
export async function hostsOf(on: Looking, ask: Ask, scene: Scene): Promise<Evidence['hosts']> {
  const { inventory, layout } = scene
  if (layout === null)
    return { notLooked: 'not proven from here: the hosts are not on this machine' }
  if (!scene.has('hosts')) return { notLooked: 'none was made yet' }
  const running = await ask(() => on.host.daemons(layout.name))
  if (!('found' in running)) return running
  const { controllers, workers } = inventory.lab
  const hosts = [
    ...controllers.map(({ name }) => ({ name, role: 'controller' as const })),
    ...workers.map(({ name }) => ({ name, role: 'worker' as const })),
  ]
  const seen = hosts.map(async ({ name, role }): Promise<HostSeen> => {
    const missing = PROGRAMS[role].filter(
      (program) =>
        scene.has(program) &&
        running.found.every((one) => one.host !== name || one.name !== program),
    )
    const [dead, network, ranges] = await Promise.all([
      Promise.all(missing.map((program) => lastWords(on, ask, { layout, host: name, program }))),
      networkOf(on, ask, { scene, layout, host: name }),
      role === 'worker' ? rangesOf(on, ask, { layout, host: name }) : [],
    ])
    return { name, role, dead, network, ranges }
  })
  return { found: await Promise.all(seen) }
}

/** Before its routes were made nothing is to be told of a host's network. */
function networkOf(
  on: Looking,
  ask: Ask,
  of: { readonly scene: Scene; readonly layout: Layout; readonly host: string },
): Promise<HostSeen['network']> {
  if (!of.scene.has('pod-routes')) return Promise.resolve({ notLooked: 'not made yet' })
  const iptables = `${binOf(of.layout, 'iptables')}/iptables`
  return ask(() => on.host.network(of.host, { settings: Object.values(SETTINGS), iptables }))
}

async function lastWords(
  on: Looking,
  ask: Ask,
  of: { readonly layout: Layout; readonly host: string; readonly program: string },
): Promise<HostSeen['dead'][number]> {
  const log = await ask(() => on.host.readFile(logOf(of.layout, of.host, of.program)))
  const text = Buffer.from(valueOf(log) ?? '').toString('utf8')
  const words = text.trim().split('\n').slice(-WORDS)
  return { program: of.program, words: words.filter((line) => line !== '') }
}

/** The subnets in the worker's bridge configuration, in either spelling of host-local. */
async function rangesOf(
  on: Looking,
  ask: Ask,
  { layout, host }: { readonly layout: Layout; readonly host: string },
): Promise<readonly string[]> {
  const path = `${hostFolder(layout, host)}/cni-conf/10-bridge.conf`
  const config = await ask(async () => {
    const bytes = await on.host.readFile(path)
    return bytes === null ? null : (JSON.parse(Buffer.from(bytes).toString('utf8')) as Json)
  })
  const found = valueOf(config) ?? null
  const ranges = listAt(found, 'ipam', 'ranges').flatMap((set) =>
    Array.isArray(set) ? (set as readonly Json[]) : [],
  )
  return [textAt(found, 'ipam', 'subnet'), ...ranges.map((one) => textAt(one, 'subnet'))].filter(
    (one) => one !== undefined,
  )
}
