import { type KubeObject, refOf } from '../ports/cluster.ts'
import { metaText } from '../objects/objects.ts'
import { isLeaving, isReady } from '../objects/pod.ts'
import { POD_LABEL } from '../dns/coredns-pods.ts'
import { until } from '../core/until.ts'
import { at, textAt } from '../core/json.ts'
import type { Acting, Reading } from '../ports/step.ts'
import { NOTICED_MS } from './daemons.ts'
import { all } from '../ports/refs.ts'

const PODS = all.pods({ namespace: 'kube-system', labelSelector: POD_LABEL })

/** CoreDNS pods that are there and stay. */
export async function corednsPodsOf(on: Reading): Promise<readonly KubeObject[]> {
  return (await on.cluster.list(PODS)).filter((pod) => !isLeaving(pod))
}

/** Deletes the CoreDNS pods of which it is asked and waits until they are gone; new ones come by themselves. */
export async function restartCorednsPods(
  on: Acting,
  which: (pod: KubeObject) => boolean = () => true,
): Promise<void> {
  const old = (await corednsPodsOf(on)).filter(which)
  on.progress('restarting the CoreDNS pods')
  for (const pod of old) await on.cluster.remove(refOf(pod), metaText(pod, 'uid') ?? '')
  const uids = old.map((pod) => metaText(pod, 'uid'))
  const left = (pods: readonly KubeObject[]) =>
    pods.filter((pod) => uids.includes(metaText(pod, 'uid')))
  await until(on, {
    what: 'the old CoreDNS pods to be gone',
    deadlineMs: NOTICED_MS,
    watch: (signal) => on.cluster.watch(PODS, signal),
    look(pods) {
      const missing = left(pods).map((pod) => `${pod.metadata.name} is still there`)
      return missing.length > 0 ? { missing } : { proven: 'they are gone' }
    },
  })
}

/** Waits for what some or all CoreDNS pods show. */
export function seeCorednsPods(
  on: Reading,
  what: string,
  test: (pods: readonly KubeObject[]) => string | undefined,
): Promise<string> {
  return until(on, {
    what,
    deadlineMs: NOTICED_MS,
    watch: (signal) => on.cluster.watch(PODS, signal),
    look(pods) {
      const proven = test(pods.filter((pod) => !isLeaving(pod)))
      return proven === undefined ? { missing: pods.map(lineOf) } : { proven }
    },
  })
}

/** Waits until a CoreDNS pod has ended in this way. A rollout leaves one of the old ones, so others may run. */
export function seeCrashing(on: Reading, reason: string): Promise<string> {
  return seeCorednsPods(on, `CoreDNS pods that end with ${reason}`, (pods) => {
    const pod = pods.find((one) => !isReady(one) && troubles(one).includes(reason))
    return pod && `pod ${pod.metadata.name} ends with ${reason}`
  })
}

/** The worker of a pod; empty where it has none yet. */
export function workerOf(pod: KubeObject): string {
  return textAt(pod, 'spec', 'nodeName') ?? ''
}

export function addressOf(pod: KubeObject): string {
  return textAt(pod, 'status', 'podIP') ?? ''
}

/** Why the container does not run: a kubelet's reason such as CrashLoopBackOff, now or at its last end. */
export function troubles(pod: KubeObject): readonly string[] {
  const status = at(pod, 'status', 'containerStatuses', 0)
  return [
    textAt(status, 'state', 'waiting', 'reason'),
    textAt(status, 'state', 'terminated', 'reason'),
    textAt(status, 'lastState', 'terminated', 'reason'),
  ].filter((reason) => reason !== undefined)
}

function lineOf(pod: KubeObject): string {
  const state = isReady(pod) ? 'ready' : (troubles(pod)[0] ?? textAt(pod, 'status', 'phase') ?? '')
  return `pod ${pod.metadata.name} on ${workerOf(pod) || 'no worker'} ${addressOf(pod)} ${state}`
}
