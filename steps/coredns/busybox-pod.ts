import type { KubeObject } from '../../lib/ports/cluster.ts'
import { refOf } from '../../lib/ports/cluster.ts'
import { FIELD_MANAGER } from '../../lib/objects/manager.ts'
import { explainObjectMove, objectFingerprint } from '../../lib/objects/object-fingerprint.ts'
import { restoreObject, type Undo } from '../../lib/objects/restore.ts'
import { busyboxPodObject, differences } from '../../lib/dns/busybox-pod.ts'
import { startingOf } from '../../lib/dns/starting-pods.ts'
import { podSeen, startOf } from '../../lib/objects/pod.ts'
import { StepError } from '../../lib/core/errors.ts'
import type { Chapter } from '../../lib/dns/chapter.ts'
import { until } from '../../lib/core/until.ts'
import { textAt } from '../../lib/core/json.ts'
import type { Step } from '../../lib/ports/step.ts'
import { all } from '../../lib/ports/refs.ts'

const PODS = all.pods({ namespace: 'default', labelSelector: 'run=busybox' })

/** `image` tells which image the probe has here: the chapter's, or the lab's own where that cannot be had. */
export const busyboxPod = ({
  inventory,
  image,
}: Pick<Chapter, 'inventory' | 'image'>): Step<Undo | null> => ({
  id: 'busybox-pod',
  title: 'Start busybox',
  chapter: {
    section: '14.2',
    command: `kubectl run busybox --image=${inventory.probe.image} --command -- sleep 3600`,
  },
  touches: ['hosts', 'pods', 'observation'],
  examines: ['client-pods'],
  about: {
    satisfied: 'it runs, with that image and command',
    undo: 'deleted where it was made here',
  },
  async check(on) {
    const wanted = busyboxPodObject(await image(on))
    const live = await on.cluster.get(refOf(wanted))
    if (live === null) {
      return {
        status: 'drifted',
        changes: [
          {
            action: 'create',
            what: 'pod/busybox',
            note: `image ${textAt(wanted, 'spec', 'containers', 0, 'image') ?? ''}`,
          },
        ],
        undo: { ref: refOf(wanted), before: null, ours: wanted },
        evidence: [objectFingerprint(wanted, null, { asWanted: false })],
      }
    }
    const other = differences(wanted, live)
    // Where it runs, and what the kubelet adds, is nothing that this step rests on.
    const evidence = [objectFingerprint(wanted, live, { asWanted: other.length === 0 })]
    const wait = { action: 'wait', what: 'pod/busybox', note: startOf(podSeen(live)) } as const
    if (other.length > 0) {
      return {
        status: 'drifted',
        changes: [{ action: 'change', what: 'pod/busybox', fields: other }],
        undo: null,
        blocked: foreign(other.map(({ path }) => path)),
        evidence,
      }
    }
    if (podSeen(live).ready) return { status: 'satisfied', because: where(live), evidence }
    return { status: 'drifted', changes: [wait], undo: null, evidence }
  },
  explainMove: explainObjectMove,
  async apply(on) {
    const wanted = busyboxPodObject(await image(on))
    const live = await on.cluster.get(refOf(wanted))
    const other = live === null ? [] : differences(wanted, live)
    if (other.length > 0) throw new StepError(foreign(other.map(({ path }) => path)))
    if (live !== null) return
    const made = await on.cluster.apply(wanted, null)
    await on.record({ uid: textAt(made, 'metadata', 'uid') ?? '' })
  },
  verify: (on) =>
    until(on, {
      what: 'a running busybox pod',
      deadlineMs: inventory.limits.podsMs,
      watch: (signal) => on.cluster.watch(PODS, signal),
      look(pods) {
        const pod = pods.find(({ metadata }) => metadata.name === 'busybox')
        return startingOf(pods, ['busybox']) ?? { proven: pod === undefined ? '' : where(pod) }
      },
    }),
  async rollback(on, undo, facts) {
    // Found here already: it was only waited for.
    if (undo === null) return []
    const uid = textAt(facts.at(-1), 'uid')
    const created = {
      ...undo,
      ...(uid === undefined ? {} : { createdUid: uid }),
    }
    return restoreObject(on.cluster, created, {
      ...{ manager: FIELD_MANAGER, clock: on.clock, signal: on.signal, progress: on.progress },
      deadlineMs: inventory.limits.podsMs,
      saveLast: (last) => on.record({ last }),
      undone: (line) => {
        on.undone([line])
      },
    })
  },
})

function where(pod: KubeObject): string {
  return `on ${textAt(pod, 'spec', 'nodeName') ?? '?'} ${textAt(pod, 'status', 'podIP') ?? ''}`
}

function foreign(fields: readonly string[]) {
  return {
    problem: 'a pod named busybox exists in namespace default and is another one',
    seen: fields.map((field) => `it differs in ${field}`),
    remedy:
      'look at it (kubectl get pod busybox -o yaml); if it can go: kubectl delete pod busybox',
  }
}
