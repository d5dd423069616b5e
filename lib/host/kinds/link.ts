import { at, isObject, type Json, listAt, textAt } from '../../json.ts'
import { run } from '../command.ts'
import { must } from '../must.ts'
import type { Link } from '../resources.ts'
import { inGroups, type Kind } from './kind.ts'

export const link: Kind<Link> = {
  name: ({ netns, name }) => (netns === null ? `link ${name}` : `link ${name} in ${netns}`),
  wanted: ({ address, peer }) => ({
    up: true,
    ...(address === undefined ? {} : { address }),
    ...(peer === undefined ? {} : { peer: `${peer.name} in ${peer.netns}` }),
  }),
  look: (resources) => inGroups(resources, ({ netns }) => netns ?? '', lookIn),
  async put(wanted) {
    const ip = ipIn(wanted.netns)
    const { name, type, peer } = wanted
    const [now] = await link.look([wanted])
    // A veth whose other end is elsewhere cannot be mended: both ends are made anew.
    if (isObject(now) && now['peer'] !== at(link.wanted(wanted), 'peer')) {
      await must([...ip, 'link', 'delete', name])
    }
    if (type === 'bridge' && now === null)
      await must([...ip, 'link', 'add', name, 'type', 'bridge'])
    if (peer !== undefined && at(now ?? null, 'peer') !== at(link.wanted(wanted), 'peer')) {
      const other = ipIn(peer.netns)
      await run([...other, 'link', 'delete', peer.name])
      await must([
        ...[...ip, 'link', 'add', name, 'type', 'veth'],
        ...['peer', 'name', peer.name, 'netns', peer.netns],
      ])
      await must([...other, 'link', 'set', peer.name, 'master', peer.master, 'up'])
    }
    if (wanted.address !== undefined) {
      await must([...ip, 'address', 'flush', 'dev', name, 'scope', 'global'])
      await must([...ip, 'address', 'add', wanted.address, 'dev', name])
    }
    await must([...ip, 'link', 'set', name, 'up'])
  },
  async restore({ netns, name, type }, before) {
    if (before !== null || type === 'loopback') return
    // Fine when it is gone already, as with its namespace or its other end.
    await run([...ipIn(netns), 'link', 'delete', name])
  },
}

function ipIn(netns: string | null): readonly string[] {
  return netns === null ? ['ip'] : ['ip', '-n', netns]
}

async function lookIn(group: readonly Link[], key: string): Promise<readonly Json[]> {
  const shown = await run([...ipIn(key === '' ? null : key), '-json', 'address', 'show'])
  const links = shown.code === 0 ? (JSON.parse(shown.stdout) as Json) : []
  return group.map((wanted) => stateOf(wanted, Array.isArray(links) ? (links as Json[]) : []))
}

function stateOf(wanted: Link, links: readonly Json[]): Json {
  const found = links.find((one) => textAt(one, 'ifname') === wanted.name)
  if (found === undefined) return null
  const up = listAt(found, 'flags').includes('UP')
  // A loopback is always there; it is ours only once it is up.
  if (wanted.type === 'loopback' && !up) return null
  const inet = listAt(found, 'addr_info').find(
    (one) => textAt(one, 'family') === 'inet' && textAt(one, 'scope') === 'global',
  )
  const address = `${textAt(inet, 'local') ?? ''}/${String(Number(at(inet, 'prefixlen')))}`
  return {
    up,
    ...(wanted.address === undefined ? {} : { address: inet === undefined ? null : address }),
    ...(wanted.peer === undefined ? {} : { peer: peerOf(wanted, found) }),
  }
}

/** A veth without a living other end shows no link index; the name of that end is the one we gave it. */
function peerOf({ peer }: Link, found: Json): Json {
  const alive = at(found, 'link_index') !== undefined || textAt(found, 'link') !== undefined
  return alive && peer !== undefined ? `${peer.name} in ${peer.netns}` : null
}
