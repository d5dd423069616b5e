import type { PodSeen } from '../../core/look-data.ts'
import { contains, overlaps } from '../../inventory/address.ts'
import { type Evidence, itemsOf, type Wanted } from '../../evidence/evidence.ts'
import { dnsOf, restartDns, runsDns } from '../../evidence/cluster-dns.ts'
import { corednsPods, isAskedFrom } from '../../evidence/pods.ts'
import { type Finding, onHost, permanent } from '../rule.ts'

type Worker = Wanted['workers'][number]

/** E1: what workers hand out, and where that cannot be seen or is right now, what their pods have. */
export function wrongPodRanges(e: Evidence): readonly Finding[] {
  const others = otherConfigs(e)
  const own = wrongRanges(e).filter(({ subject }) => others.every((one) => one.subject !== subject))
  return others.length + own.length > 0 ? [...others, ...own] : strays(e)
}

/** The chapter's own file. */
const BRIDGE = '10-bridge.conf'
const FOLDER = '/etc/cni/net.d'

/** A worker with a CNI configuration of somebody else that sorts before its own, and so is the one that is used. */
function otherConfigs(e: Evidence): readonly Finding[] {
  return e.wanted.workers.flatMap((worker) => {
    const { cni = [], ranges = [] } =
      itemsOf(e.hosts).find(({ name }) => name === worker.name) ?? {}
    const [first = BRIDGE] = cni
    if (first === BRIDGE || ranges.includes(worker.podCIDR)) return []
    const before = cni.slice(0, cni.indexOf(BRIDGE))
    if (!cni.includes(BRIDGE)) {
      return permanent({
        cause: `${worker.name} has no ${BRIDGE} in its CNI configuration, and uses ${first}`,
        evidence: `ls ${FOLDER} on ${worker.name}: ${cni.join(' ')}`,
        ...{ subject: worker.name, cure: 'npx tsx run.ts lab up' },
      })
    }
    const range = ranges.length === 0 ? '' : `, with ${ranges.join(', ')} for its pods`
    return permanent({
      cause: `${worker.name} does not use ${BRIDGE}: ${before.join(', ')}${range}, sorts before it in its CNI configuration, and the first is used`,
      evidence: [
        `ls /etc/cni/net.d on ${worker.name}: ${cni.join(' ')}`,
        ...strayLines(e, worker),
      ].join('; '),
      ...onHost(
        worker.name,
        [
          ...before.map((file) => `mv ${FOLDER}/${file} ${FOLDER}/${file}.away`),
          ...again(e, worker),
        ].join(' && '),
      ),
    })
  })
}

/** Those on its bridge. */
function podsOn(e: Evidence, worker: Worker): readonly PodSeen[] {
  return itemsOf(e.pods).filter(
    ({ node, hostNetwork, leaving }) => node === worker.name && !hostNetwork && !leaving,
  )
}

/** Pods of a worker that are not of its range. */
function straysOf(e: Evidence, worker: Worker): readonly PodSeen[] {
  return podsOn(e, worker).filter(({ ip }) => ip !== null && !contains(worker.podCIDR, ip))
}

function strayLines(e: Evidence, worker: Worker): readonly string[] {
  return straysOf(e, worker).slice(0, 1).map(podLine)
}

/** Pods get an address of the right range only when they are made again; what serves meanwhile is replaced. */
function again(e: Evidence, worker: Worker, pods = straysOf(e, worker)): readonly string[] {
  const isCoreDNS = (pod: PodSeen): boolean => runsDns(dnsOf(e), pod)
  const others = pods.filter((pod) => !isCoreDNS(pod) && !isAskedFrom(pod))
  return [
    ...(pods.some(isCoreDNS) ? [restartDns(e)] : []),
    ...pods
      .filter(isAskedFrom)
      .map(({ namespace, name }) => `kubectl -n ${namespace} delete pod ${name}`),
    ...(others.length > 0 ? [`kubectl get pods -A -o wide | grep -w ${worker.name}`] : []),
  ]
}

/** A worker whose CNI configuration hands out another range than its own, or one that another has, too. */
function wrongRanges(e: Evidence): readonly Finding[] {
  const configured = itemsOf(e.hosts).filter(({ ranges }) => ranges.length > 0)
  return e.wanted.workers.flatMap((worker) => {
    const ranges = configured.find(({ name }) => name === worker.name)?.ranges ?? []
    if (ranges.length === 0 || ranges.includes(worker.podCIDR)) return []
    const range = ranges.join(', ')
    const owner = e.wanted.workers.find(
      (one) => one !== worker && ranges.some((own) => overlaps(one.podCIDR, own)),
    )
    const [stray] = corednsPods(e).filter(({ node }) => node === worker.name)
    return wrongRange(e, worker, owner, {
      cause: `${worker.name} hands out ${range}${owner === undefined ? '' : `, the range of ${owner.name}`}, and not its own ${worker.podCIDR}`,
      evidence: `${configured.find(({ name }) => name === worker.name)?.cni?.[0] ?? BRIDGE} on ${worker.name}: "subnet": "${range}"${stray === undefined ? '' : `; ${podLine(stray)}`}`,
    })
  })
}

/** Where the configuration cannot be seen, or was another one, the addresses of pods tell. */
function strays(e: Evidence): readonly Finding[] {
  return e.wanted.workers.flatMap((worker) => {
    const [stray] = straysOf(e, worker)
    if (stray === undefined) return []
    const owner = e.wanted.workers.find(({ podCIDR }) => contains(podCIDR, stray.ip ?? ''))
    const range =
      owner === undefined
        ? `a range with ${stray.ip ?? ''}`
        : `${owner.podCIDR}, the range of ${owner.name}`
    const evidence = `${podLine(stray)}, outside that worker's ${worker.podCIDR}`
    // What is configured now is as it should be: only the pods are from before.
    if ('found' in e.hosts) {
      return permanent({
        cause: `pods of ${worker.name} still have addresses of ${range}, from an earlier configuration`,
        ...{ evidence, subject: worker.name, cure: again(e, worker).join(' && ') },
      })
    }
    return permanent({
      cause: `the CNI configuration of ${worker.name} that sorts first hands out ${range}`,
      evidence,
      ...onHost(
        worker.name,
        `grep -H subnet /etc/cni/net.d/*; the file that sorts first is the one that is used: move it away where it is somebody else's, or let it have ${worker.podCIDR}; then ${again(e, worker).join(' && ')}`,
      ),
    })
  })
}

/** Of a worker and the one whose range it hands out, which it had no need of a route to. */
function wrongRange(
  e: Evidence,
  worker: Worker,
  owner: Worker | undefined,
  words: Pick<Finding, 'cause' | 'evidence'>,
): Finding {
  const route =
    owner?.address == null ? [] : [`ip route replace ${owner.podCIDR} via ${owner.address}`]
  const pods = podsOn(e, worker)
  const cure = [
    `sed -i 's#"subnet": "[^"]*"#"subnet": "${worker.podCIDR}"#' ${FOLDER}/${BRIDGE}`,
    // A bridge keeps its address, and the plugin refuses one with another.
    'ip link delete cnio0',
    ...route,
    ...again(e, worker, pods),
    // What names are asked from is made again by a run.
    ...(pods.some(isAskedFrom) ? ['npx tsx run.ts'] : []),
  ]
  return permanent({ ...words, ...onHost(worker.name, cure.join(' && ')) })
}

/** `pod coredns-a on worker0 10.200.0.2` */
export function podLine({ name, node, ip }: PodSeen): string {
  return `pod ${name} on ${node ?? '?'} ${ip ?? 'has no address'}`
}
