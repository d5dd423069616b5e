import { StepError } from '../../lib/core/errors.ts'
import { textAt } from '../../lib/core/json.ts'
import { quoted } from '../../lib/core/shell.ts'
import { busyboxPodObject, differences } from '../../lib/dns/busybox-pod.ts'
import type { Chapter } from '../../lib/dns/chapter.ts'
import { untilStarted, waitsFor } from '../../lib/dns/starting-pods.ts'
import { objectFingerprint } from '../../lib/objects/object-fingerprint.ts'
import type { Undo } from '../../lib/objects/restore.ts'
import { type KubeObject, refOf } from '../../lib/ports/cluster.ts'
import { all } from '../../lib/ports/refs.ts'
import type { Reading, Step } from '../../lib/ports/step.ts'
import { objectsStep } from '../../lib/step-kinds/objects-step.ts'

/** `image` says which image the pod has here: the chapter's, or the lab's own where that is not available. */
export const busyboxPod = ({
  inventory: { probe, limits },
  image,
}: Pick<Chapter, 'inventory' | 'image'>): Step<readonly Undo[]> => {
  const creating = objectsStep({
    id: 'busybox-pod',
    title: 'Start busybox',
    chapter: {
      section: '14.2',
      command: `kubectl run busybox --image=${probe.image} --command -- sleep 3600`,
    },
    byHand: async (ctx) =>
      [
        `kubectl run busybox --image=${quoted(await image(ctx))} --command -- sleep 3600`,
        `kubectl wait --for=condition=Ready pod/busybox --timeout=${limits.podsMs / 1000}s`,
      ].join('\n'),
    touches: ['hosts', 'pods', 'observation'],
    objects: async (ctx) => [busyboxPodObject(await image(ctx))],
  })
  const look = async (ctx: Reading) => {
    const wanted = busyboxPodObject(await image(ctx))
    const live = await ctx.cluster.get(refOf(wanted))
    return { wanted, live, fields: live === null ? [] : differences(wanted, live) }
  }
  return {
    ...creating,
    examines: ['client-pods'],
    about: { satisfied: 'it runs, with that image and command', undo: 'deleted where made here' },
    async check(ctx) {
      const { wanted, live, fields } = await look(ctx)
      if (live === null) {
        const check = await creating.check(ctx)
        if (check.status !== 'drifted') return check
        const note = `image ${textAt(wanted, 'spec', 'containers', 0, 'image') ?? ''}`
        return { ...check, changes: check.changes.map((change) => ({ ...change, note })) }
      }
      // Where it runs, and what the kubelet adds, is nothing that this step rests on.
      const evidence = [objectFingerprint(wanted, live, { asWanted: fields.length === 0 })]
      if (fields.length > 0) {
        const changes = [{ action: 'change', what: 'pod/busybox', fields } as const]
        return { status: 'drifted', changes, undo: [], blocked: foreign(fields), evidence }
      }
      const changes = waitsFor([live])
      if (changes.length > 0) return { status: 'drifted', changes, undo: [], evidence }
      return { status: 'satisfied', because: where([live]), evidence }
    },
    async apply(ctx, changes) {
      const { live, fields } = await look(ctx)
      if (fields.length > 0) throw new StepError(foreign(fields))
      if (live === null) await creating.apply(ctx, changes)
    },
    verify(ctx) {
      const pods = all.pods({ namespace: 'default', labelSelector: 'run=busybox' })
      const wait = { what: 'a running busybox pod', deadlineMs: limits.podsMs, pods }
      return untilStarted(ctx, wait, ['busybox'], where)
    },
  }
}

function where(pods: readonly KubeObject[]): string {
  const pod = pods.find(({ metadata }) => metadata.name === 'busybox')
  return `on ${textAt(pod, 'spec', 'nodeName') ?? '?'} ${textAt(pod, 'status', 'podIP') ?? ''}`
}

function foreign(fields: ReturnType<typeof differences>) {
  return {
    problem: 'a pod named busybox exists in namespace default and is another one',
    seen: fields.map(({ path }) => `it differs in ${path}`),
    remedy:
      'look at it (kubectl get pod busybox -o yaml); if it can go: kubectl delete pod busybox',
  }
}
