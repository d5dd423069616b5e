import { posix } from 'node:path'
import { at, listAt, textAt, textsAt } from '../core/json.ts'
import { corefilePathOf } from '../dns/corefile-source.ts'
import { dnsContainerOf, podSpecOf } from '../dns/roles.ts'
import type { Judged } from '../objects/plan-object.ts'
import { type KubeObject, nameOf } from '../ports/cluster.ts'
import type { CorefileVerdict, HostReader } from '../ports/host.ts'
import { isCarried } from './corefile-by-hand.ts'
import { type CorefilePlace, corednsVersion, corefilePlaceIn } from './corefile-place.ts'

/** What the program itself says of the Corefile that is to be, in one line. */
export type Tried =
  | { readonly note: string }
  | {
      readonly refused: string
      readonly where: CorefilePlace
      /** The text is the live one, or has edits by hand of it: not only what the manifest has. */
      readonly ofLive: boolean
    }

type Trying = {
  readonly left: boolean
  readonly resolvConf: string | null
  readonly proven?: boolean
}

/** A /etc/resolv.conf with a name server that is nowhere: only a file that names none stops CoreDNS. */
export const SOME_SERVER = 'nameserver 192.0.2.1\n'

/**
 * Whether the CoreDNS that is to come loads the Corefile that it will have; null where neither changes. `left`: what others own is left to
 * them. `resolvConf`: of its pods; null where that is not known. `proven`: the manifest's own is known to load.
 */
export async function tryCorefileOf(
  all: readonly Judged[],
  host: HostReader,
  { left, resolvConf, proven = false }: Trying,
): Promise<Tried | null> {
  const of = all.map(({ object, becomes }) => (left ? becomes : object))
  const place = corefilePlaceIn(of)
  if (place === null || isAsItIs(all, place)) return null
  if (proven && !left && !isCarried(place.configMap)) return null
  const { workload, wanted } = place
  const version = corednsVersion(workload)
  const path = corefilePathOf(dnsContainerOf(workload))
  const verdict: CorefileVerdict =
    version === null
      ? { unknown: 'its image says no version' }
      : await host.tryCorefile({
          ...{ version, path },
          files: { ...besides(place, path), [path]: wanted },
          resolvConf: resolvConf ?? SOME_SERVER,
        })
  const given = resolvConf === null && /\/etc\/resolv\.conf/.test(wanted)
  const ofLive = isCarried(place.configMap) || liveTextOf(all, place) === wanted
  return inWords(verdict, place, { program: `CoreDNS ${version ?? ''}`.trim(), given, ofLive })
}

function inWords(
  verdict: CorefileVerdict,
  where: CorefilePlace,
  { program, given, ofLive }: Readonly<{ program: string; given: boolean; ofLive: boolean }>,
): Tried {
  const name = `${where.source.key} of ${nameOf(where.configMap)}`
  if ('loads' in verdict) {
    const but = given ? ', given that /etc/resolv.conf of its workers names a server' : ''
    return { note: `${name}: ${program} loads it, as a trial on this machine has shown${but}` }
  }
  if ('unknown' in verdict) {
    return { note: `${name}: whether ${program} loads it was not tried: ${verdict.unknown}` }
  }
  const { refused, line } = verdict
  const text = line === null ? undefined : where.wanted.split('\n')[line - 1]
  const said = line === null || text === undefined ? '' : ` (line ${line}: ${text.trim()})`
  return { refused: `${name}: ${program} does not load it: ${refused}${said}`, where, ofLive }
}

/** Neither the text nor the program becomes another one. */
function isAsItIs(all: readonly Judged[], place: CorefilePlace): boolean {
  const pods = liveOf(all, place.workload)
  return (
    liveTextOf(all, place) === place.wanted &&
    pods !== undefined &&
    corednsVersion(pods) === corednsVersion(place.workload)
  )
}

function liveTextOf(all: readonly Judged[], { configMap, source }: CorefilePlace) {
  return textAt(liveOf(all, configMap), 'data', source.key)
}

function liveOf(all: readonly Judged[], object: KubeObject): KubeObject | undefined {
  return all.find((one) => one.object === object || one.becomes === object)?.live ?? undefined
}

/** The other files of its ConfigMap, where they are mounted, too. */
function besides({ workload, configMap, source }: CorefilePlace, path: string) {
  const volume = listAt(podSpecOf(workload), 'volumes').find(
    (one) => textAt(one, 'configMap', 'name') === source.configMap,
  )
  if (volume === undefined || at(volume, 'configMap', 'items') !== undefined) return {}
  const folder = posix.dirname(path)
  const files = Object.entries(textsAt(configMap, 'data'))
  return Object.fromEntries(files.map(([key, text]) => [posix.join(folder, key), text]))
}
