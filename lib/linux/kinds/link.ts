import { StepError } from '../../core/errors.ts'
import { defined } from '../../core/defined.ts'
import { at, type Json, listAt, sameJson, textAt } from '../../core/json.ts'
import { run } from '../../process/command.ts'
import { runTogether } from '../../process/run-together.ts'
import { runOrThrow } from '../../process/run-or-throw.ts'
import type { Link } from '../../ports/resources.ts'
import { entriesIn, type Kind } from './kind.ts'

export const link: Kind<Link> = {
  name: ({ netns, name }) => (netns === null ? `link ${name}` : `link ${name} in ${netns}`),
  wanted: ({ address, peer }) => ({
    up: true,
    ...defined({ address, peer: peer && spell(peer) }),
  }),
  async look(resources) {
    const netns = resources.flatMap(({ netns: own, peer }) => (peer ? [own, peer.netns] : [own]))
    const links = new Map(
      await Promise.all([...new Set(netns)].map(async (one) => [one, await linksIn(one)] as const)),
    )
    return resources.map((wanted) => stateOf(wanted, (one) => links.get(one) ?? []))
  },
  async put(wanted) {
    const ip = ipIn(wanted.netns)
    const { name, type, peer, address } = wanted
    const now = await lookAt(wanted)
    if (isForeign(wanted, now)) throw taken(wanted)
    if (type === 'bridge' && now === null) {
      await runOrThrow([...ip, 'link', 'add', name, 'type', 'bridge'])
    }
    if (peer !== undefined) await connect(wanted, peer, now)
    if (address !== undefined && textAt(now, 'address') !== address) {
      await setAddress(wanted, address)
    }
    await runOrThrow([...ip, 'link', 'set', name, 'up'])
  },
  async restore(wanted, before) {
    const { netns, name, type } = wanted
    const now = await lookAt(wanted)
    // Gone already, as with its namespace or its other end; or another one by now.
    if (now === null || isForeign(wanted, now)) return
    const ip = ipIn(netns)
    if (before === null) {
      const away = type === 'loopback' ? ['set', name, 'down'] : ['delete', name]
      await runOrThrow([...ip, 'link', ...away])
      return
    }
    const address = at(before, 'address')
    if (address !== undefined && !sameJson(address, at(now, 'address'))) {
      await setAddress(wanted, typeof address === 'string' ? address : null)
    }
    if (at(before, 'up') === false) await runOrThrow([...ip, 'link', 'set', name, 'down'])
  },
}

type Peer = NonNullable<Link['peer']>

function spell({ name, netns }: Peer): string {
  return `${name} in ${netns}`
}

function ipIn(netns: string | null): readonly string[] {
  return netns === null ? ['ip'] : ['ip', '-n', netns]
}

async function linksIn(netns: string | null): Promise<readonly Json[]> {
  const shown = await runTogether([...ipIn(netns), '-details', '-json', 'address', 'show'])
  return shown.code === 0 ? entriesIn(shown.stdout) : []
}

async function lookAt(wanted: Link): Promise<Json> {
  const [now] = await link.look([wanted])
  return now ?? null
}

function stateOf(wanted: Link, linksOf: (netns: string | null) => readonly Json[]): Json {
  const found = byName(linksOf(wanted.netns), wanted.name)
  if (found === undefined) return null
  const up = isUp(found)
  // A loopback is always there; it is ours only once it is up.
  if (wanted.type === 'loopback') return up ? { up } : null
  const type = textAt(found, 'linkinfo', 'info_kind') ?? 'device'
  if (type !== wanted.type) return { type }
  const inet = listAt(found, 'addr_info').find(
    (one) => textAt(one, 'family') === 'inet' && textAt(one, 'scope') === 'global',
  )
  const address = `${textAt(inet, 'local') ?? ''}/${JSON.stringify(at(inet, 'prefixlen') ?? null)}`
  const { peer } = wanted
  return {
    up,
    ...(wanted.address === undefined ? {} : { address: inet === undefined ? null : address }),
    ...(peer === undefined ? {} : { peer: peerOf(peer, found, linksOf(peer.netns)) }),
  }
}

function byName(links: readonly Json[], name: string): Json | undefined {
  return links.find((one) => textAt(one, 'ifname') === name)
}

function isUp(found: Json): boolean {
  return listAt(found, 'flags').includes('UP')
}

/** The other end, where it is the one wanted; each end knows the other by its index. */
function peerOf(peer: Peer, found: Json, links: readonly Json[]): Json {
  const other = byName(links, peer.name)
  const paired =
    at(other, 'link_index') === at(found, 'ifindex') &&
    at(found, 'link_index') === at(other, 'ifindex')
  if (other === undefined || !paired) return null
  const plugged = textAt(other, 'master') === peer.master && isUp(other)
  return plugged ? spell(peer) : `${spell(peer)}, unplugged`
}

/** On the machine itself a name may be anybody's; the namespaces are the lab's own. */
function isForeign({ netns }: Link, now: Json): boolean {
  return at(now, 'type') !== undefined || (netns === null && at(now, 'peer') === null)
}

/** A veth whose other end is elsewhere cannot be mended: both ends are recreated. */
async function connect({ netns, name }: Link, peer: Peer, now: Json): Promise<void> {
  const other = ipIn(peer.netns)
  if (now === null || at(now, 'peer') === null) {
    if (now !== null) await runOrThrow([...ipIn(netns), 'link', 'delete', name])
    await run([...other, 'link', 'delete', peer.name])
    await runOrThrow([
      ...[...ipIn(netns), 'link', 'add', name, 'type', 'veth'],
      ...['peer', 'name', peer.name, 'netns', peer.netns],
    ])
  }
  await runOrThrow([...other, 'link', 'set', peer.name, 'master', peer.master, 'up'])
}

async function setAddress({ netns, name }: Link, address: string | null): Promise<void> {
  const ip = ipIn(netns)
  await runOrThrow([...ip, 'address', 'flush', 'dev', name, 'scope', 'global'])
  if (address !== null) await runOrThrow([...ip, 'address', 'add', address, 'dev', name])
}

function taken(wanted: Link): StepError {
  const show = [...ipIn(wanted.netns), '-details', 'link', 'show', wanted.name].join(' ')
  return new StepError({
    problem: `the name of ${link.name(wanted)} is taken by another interface`,
    remedy: `look at it (${show}) and remove it, or give the lab another name (lab.name in inventory.yaml)`,
  })
}
