import type { PodSeen } from '../core/look-data.ts'
import { until } from '../core/until.ts'
import { metaText } from '../objects/objects.ts'
import { podSeen } from '../objects/pod.ts'
import { type KubeObject, refOf } from '../ports/cluster.ts'
import { all } from '../ports/refs.ts'
import type { Acting, Reading } from '../ports/step.ts'
import { NOTICED_MS } from './daemons.ts'

/** Those of the chapter's Deployment, which faults are put on. */
const PODS = all.pods({ namespace: 'kube-system', labelSelector: 'k8s-app=kube-dns' })

/** CoreDNS pods that are there and stay. */
export async function corednsPodsOf(ctx: Reading): Promise<readonly PodSeen[]> {
  return staying(await ctx.cluster.list(PODS))
}

function staying(pods: readonly KubeObject[]): readonly PodSeen[] {
  return pods.map(podSeen).filter(({ leaving }) => !leaving)
}

/** Deletes the CoreDNS pods of which it is asked and waits until they are gone; new ones come by themselves. */
export async function restartCorednsPods(
  ctx: Acting,
  which: (pod: PodSeen) => boolean = () => true,
): Promise<void> {
  const old = (await ctx.cluster.list(PODS)).filter((pod) => staying([pod]).some(which))
  ctx.progress('restarting the CoreDNS pods')
  for (const pod of old) await ctx.cluster.remove(refOf(pod), metaText(pod, 'uid') ?? '')
  const uids = old.map((pod) => metaText(pod, 'uid'))
  await until(ctx, {
    what: 'the old CoreDNS pods to be gone',
    deadlineMs: NOTICED_MS,
    watch: (signal) => ctx.cluster.watch(PODS, signal),
    look(pods) {
      const left = pods.filter((pod) => uids.includes(metaText(pod, 'uid')))
      const missing = left.map((pod) => `${pod.metadata.name} is still there`)
      return missing.length > 0 ? { missing } : { proven: 'they are gone' }
    },
  })
}

/** Waits for what some or all CoreDNS pods show. */
export function seeCorednsPods(
  ctx: Reading,
  what: string,
  test: (pods: readonly PodSeen[]) => string | undefined,
): Promise<string> {
  return until(ctx, {
    what,
    deadlineMs: NOTICED_MS,
    watch: (signal) => ctx.cluster.watch(PODS, signal),
    look(pods) {
      const proven = test(staying(pods))
      return proven === undefined ? { missing: pods.map(podSeen).map(lineOf) } : { proven }
    },
  })
}

/** Waits until a CoreDNS pod has ended in this way. A rollout leaves one of the old ones, so others may run. */
export function seeCrashing(ctx: Reading, reason: string): Promise<string> {
  return seeCorednsPods(ctx, `CoreDNS pods that end with ${reason}`, (pods) => {
    const pod = pods.find((one) => !one.ready && troubles(one).includes(reason))
    return pod && `pod ${pod.name} ends with ${reason}`
  })
}

/** Why its container does not run: a kubelet's reason such as CrashLoopBackOff, then how it ended last. */
export function troubles({ containers }: PodSeen): readonly string[] {
  return containers.flatMap(({ waiting, ended }) =>
    [waiting, ended].flatMap((state) => state?.reason ?? []),
  )
}

function lineOf(pod: PodSeen): string {
  const state = pod.ready ? 'ready' : (troubles(pod)[0] ?? pod.phase)
  return `pod ${pod.name} on ${pod.node ?? 'no worker'} ${pod.ip ?? ''} ${state}`
}
