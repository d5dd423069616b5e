import type { MatrixCell, PodSeen } from '../../core/look-data.ts'
import type { SeenFromHost } from '../../dns/host-probes.ts'
import { type Evidence, valueOf } from '../../evidence/evidence.ts'
import { workerNetworks } from '../../evidence/hosts.ts'
import { corednsPods } from '../../evidence/pods.ts'
import { type Finding, inferred, onHost, permanent, rule, type Rule } from '../rule.ts'

/** E7. Small packets get through, and large ones do not. */
export const mtuRules: readonly Rule[] = [
  rule('E7', 'network', 'Large packets lost', {
    symptom: 'Short answers come, long ones and TLS handshakes time out; ping works.',
    proof:
      'A worker’s link takes smaller packets than the bridge of its pods; or a question of 12,000 bytes is lost where short ones are answered.',
    cure: 'Let the link take what the pods’ bridge takes, or give the bridge, by mtu in the CNI configuration, what the way takes.',
    find: (e) => {
      const narrow = narrowLinks(e).flatMap((link) => tooNarrow(e, link) ?? [])
      return narrow.length > 0 ? narrow : lostBetween(e)
    },
    ruleOut: (e) => {
      const cells = (valueOf(e.matrix)?.cells ?? []).filter(isAcross)
      return cells.length > 0 && cells.every(({ large }) => large === 'answered')
        ? 'large packets get from pods of one worker to those of another and back'
        : null
    },
  }),
]

/** A worker whose link takes smaller packets than the bridge that its pods are on. */
type NarrowLink = {
  readonly host: string
  readonly link: string
  readonly takes: number
  readonly bridge: string
  readonly sends: number
}

function narrowLinks(e: Evidence): readonly NarrowLink[] {
  return workerNetworks(e).flatMap(({ host, network }) => {
    const [link, bridge] = [linkOf(network), bridgeOf(e, host, network)]
    const takes = network.mtus?.[link]
    const sends = network.mtus?.[bridge]
    if (takes === undefined || sends === undefined || takes >= sends) return []
    return [{ host, link, takes, bridge, sends }]
  })
}

/** The one that leads to other hosts. */
function linkOf({ routes }: SeenFromHost): string {
  const out = routes.find(({ to }) => to === 'default') ?? routes.find(({ via }) => via !== null)
  return out?.dev ?? ''
}

function bridgeOf(e: Evidence, host: string, { routes }: SeenFromHost): string {
  const range = e.wanted.workers.find(({ name }) => name === host)?.podCIDR
  const own = routes.find(({ to, via }) => via === null && to === range)
  return own?.dev ?? routes.find(({ dev }) => /^cni/.test(dev))?.dev ?? ''
}

/** Many have links of different sizes, and lose nothing: only where something is lost it is told. */
function tooNarrow(e: Evidence, { host, link, takes, bridge, sends }: NarrowLink): Finding | null {
  const lost = lostCells(e).find(({ worker, target }) => [worker, target.node].includes(host))
  const waits = corednsPods(e).some((pod) => pod.node === host && !pod.ready && isRunning(pod))
  if (lost === undefined && !waits) return null
  const wider = workerNetworks(e).some(({ network }) => {
    return (network.mtus?.[linkOf(network)] ?? 0) >= sends
  })
  return (lost === undefined ? inferred : permanent)({
    cause: `${link} of ${host} takes packets of ${String(takes)} bytes, and its pods, on ${bridge}, are sent ${String(sends)}: large ones get lost`,
    evidence: [
      `ip link on ${host}: ${link} mtu ${String(takes)}, ${bridge} mtu ${String(sends)}`,
      ...(lost === undefined ? [] : [lineOf(lost)]),
    ].join('; '),
    ...onHost(
      host,
      wider
        ? `ip link set dev ${link} mtu ${String(sends)}`
        : `set "mtu": ${String(takes)} in /etc/cni/net.d/10-bridge.conf; ip link set dev ${bridge} mtu ${String(takes)}; then make its pods again`,
    ),
  })
}

/** Started: what it waits for is none of its kubelet's business. */
function isRunning({ containers }: PodSeen): boolean {
  return containers.every(({ waiting, started }) => waiting === null && started !== undefined)
}

/** Where no link is seen that is too narrow, it is somewhere between. */
function lostBetween(e: Evidence): readonly Finding[] {
  return lostCells(e).map((cell) => {
    const [from, to] = [cell.worker, cell.target.node ?? '']
    return inferred({
      cause: `small packets get from pods of ${to} to those of ${from}, and large ones do not: something between takes less than their pods believe`,
      evidence: lineOf(cell),
      ...onHost(
        from,
        `ip link; set "mtu": 1400 in /etc/cni/net.d/10-bridge.conf of each worker, or what the way takes; then make its pods again`,
      ),
    })
  })
}

function lostCells(e: Evidence): readonly MatrixCell[] {
  return (valueOf(e.matrix)?.cells ?? []).filter((one) => one.large === 'lost' && isAcross(one))
}

function isAcross({ worker, target, protocol, answered }: MatrixCell): boolean {
  const isPod = target.kind === 'pod' && worker !== '' && target.node !== worker
  return isPod && protocol === 'tcp' && answered > 0
}

function lineOf({ worker, target, asked, answered }: MatrixCell): string {
  return `${worker} -> pod ${target.name} on ${target.node ?? '?'} ${target.address} TCP: ${String(answered)} of ${String(asked)} answered, and of those with 12,000 bytes none`
}
