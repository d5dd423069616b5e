import type { PodSeen } from '../core/look-data.ts'
import { dnsOf } from './cluster-dns.ts'
import { timesLoaded } from './coredns-log.ts'
import { type Evidence, itemsOf, valueOf } from './evidence.ts'
import { corednsPods } from './pods.ts'

/** A ConfigMap reaches the pods that are there within this time (a kubelet's sync period and cache). */
const ARRIVAL_MS = 120_000

/** Whether it is proven that those which serve have read this very text, and none has failed. */
export function readsThisCorefile(e: Evidence): boolean {
  const pods = corednsPods(e)
  const logged = itemsOf(e.logs)
  return (
    pods.length > 0 &&
    pods.every(
      (pod) => pod.ready && logged.some((log) => log.pod === pod.name) && hasRead(e, pod) === true,
    )
  )
}

/** CoreDNS pods that serve, and have loaded no Corefile since this one was written. */
export function staleReaders(e: Evidence): readonly PodSeen[] {
  return corednsPods(e).filter((pod) => pod.ready && hasRead(e, pod) === false)
}

/** Whether the Corefile was rewritten after this pod had read it, or may not have reached it since. */
export function isRewrittenFor(e: Evidence, pod: string): boolean {
  const found = corednsPods(e).find(({ name }) => name === pod)
  const changed = changedAt(e)
  if (found?.created === undefined || changed === null) return false
  return hasRead(e, found) !== true
}

/** Whether this pod is proven to have read the text that is there now. */
export function hasReadIt(e: Evidence, pod: string): boolean {
  const found = corednsPods(e).find(({ name }) => name === pod)
  return found !== undefined && hasRead(e, found) === true
}

/** Undefined where it cannot be told. */
function hasRead(e: Evidence, pod: PodSeen): boolean | undefined {
  const changed = changedAt(e)
  const { container } = dnsOf(e)
  const started = pod.containers.find(({ name }) => name === container)?.started
  const loaded = timesLoaded(e, pod.name)
  if (changed === null || started === undefined || loaded === 'unknown') return undefined
  // What a new pod is given is what is there when it is made.
  if (pod.created !== undefined && Date.parse(pod.created) >= changed) return true
  const last = Math.max(...[started, ...loaded].map((time) => Date.parse(time)))
  if (last < changed) return false
  return last >= changed + ARRIVAL_MS ? true : undefined
}

function changedAt(e: Evidence): number | null {
  const changed = valueOf(e.corefileChanged)
  return changed == null ? null : Date.parse(changed)
}
