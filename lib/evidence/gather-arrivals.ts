import type { Matrix, MatrixCell } from '../core/look-data.ts'
import { arrivalsOf } from '../dns/arrivals.ts'
import { type Gathering, map } from './channel.ts'
import type { ArrivalSeen, Evidence } from './evidence.ts'

/** Servers that are asked for what has arrived. */
const MOST = 4

/**
 * Whether queries that got no answer have arrived. Only for hosts that cannot be looked at: a lab's own tell
 * which of them does not let packets through.
 */
export async function lostArrivalsOf(
  { cluster, ask, scene }: Gathering,
  matrix: Matrix | undefined,
): Promise<Evidence['arrivals']> {
  if (scene.layout !== null) return { notLooked: 'the hosts themselves are looked at' }
  const lost = firstOfEachPod((matrix?.cells ?? []).filter(isLost))
  if (lost.length === 0) return { notLooked: 'no worker has lost all answers of a CoreDNS pod' }
  const name = `kubernetes.default.svc.${scene.inventory.cluster.domain}`
  const looked = await Promise.all(
    lost.slice(0, MOST).map(async ({ worker, target }) => {
      const { name: pod, namespace = 'kube-system', address } = target
      const { probes } = scene
      const from = { namespace: probes.namespace, pod: probes.nameOn(worker) }
      const asking = { from, server: { namespace, pod }, address, name }
      const count = await ask(() => arrivalsOf(cluster, asking))
      return map(count, (arrived): ArrivalSeen => ({ worker, pod, address, arrived }))
    }),
  )
  return { found: looked.flatMap((one) => ('found' in one ? [one.found] : [])) }
}

function isLost({ via, target, protocol, answered, notProven }: MatrixCell): boolean {
  const isAsked = via === 'pod' && target.kind === 'pod' && protocol === 'udp'
  return isAsked && answered === 0 && notProven === undefined
}

/** What two workers ask of one server at once could not be told apart by its counter. */
function firstOfEachPod(cells: readonly MatrixCell[]): readonly MatrixCell[] {
  return [...new Map(cells.toReversed().map((cell) => [cell.target.name, cell])).values()]
}
