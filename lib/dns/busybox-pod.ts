import { hopelessPods } from '../diagnosis/pods-alone.ts'
import type { KubeObject } from '../ports/cluster.ts'
import type { Explanation } from '../core/errors.ts'
import { at, type Json, listAt, sameJson, textAt } from '../core/json.ts'
import type { Missing } from '../core/observation.ts'
import type { FieldChange } from '../core/change.ts'

/** What `kubectl run busybox --image=… --command -- sleep 3600` makes, minus what the server adds. */
export function busyboxPodObject(image: string): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'busybox', namespace: 'default', labels: { run: 'busybox' } },
    spec: {
      containers: [
        { name: 'busybox', image, imagePullPolicy: 'IfNotPresent', command: ['sleep', '3600'] },
      ],
      restartPolicy: 'Always',
      // sleep is process 1 and takes no notice of SIGTERM: the usual 30 s would only be waited out.
      terminationGracePeriodSeconds: 1,
    },
  }
}

const COMPARED: readonly (readonly (string | number)[])[] = [
  ['metadata', 'labels', 'run'],
  ['spec', 'containers', 0, 'image'],
  ['spec', 'containers', 0, 'command'],
]

/** In what a pod of that name differs from the one the chapter makes. */
export function differences(wanted: KubeObject, live: KubeObject): readonly FieldChange[] {
  if (at(live, 'metadata', 'deletionTimestamp') !== undefined) {
    return [
      {
        path: '.metadata.deletionTimestamp',
        from: at(live, 'metadata', 'deletionTimestamp') ?? null,
      },
    ]
  }
  return COMPARED.flatMap((path) => {
    const from: Json = at(live, ...path) ?? null
    const to: Json = at(wanted, ...path) ?? null
    return sameJson(from, to) ? [] : [{ path: spell(path), from, to }]
  })
}

function spell(path: readonly (string | number)[]): string {
  return path.map((key) => (typeof key === 'number' ? '[name="busybox"]' : `.${key}`)).join('')
}

/** `ready`, or what it is waiting for. */
export function startOf(pod: KubeObject): string {
  const ready = listAt(pod, 'status', 'conditions').some(
    (one) => textAt(one, 'type') === 'Ready' && textAt(one, 'status') === 'True',
  )
  if (ready && textAt(pod, 'status', 'phase') === 'Running') return 'ready'
  const state = at(pod, 'status', 'containerStatuses', 0, 'state')
  const unscheduled = listAt(pod, 'status', 'conditions').find(
    (one) => textAt(one, 'type') === 'PodScheduled' && textAt(one, 'status') === 'False',
  )
  return (
    textAt(state, 'waiting', 'reason') ??
    textAt(unscheduled, 'message') ??
    textAt(pod, 'status', 'phase') ??
    'Pending'
  )
}

/** What the pods of these names still wait for; null where all run. */
export function startingOf(found: readonly KubeObject[], names: readonly string[]): Missing | null {
  const pods = names.map((name) => found.find(({ metadata }) => metadata.name === name))
  if (pods.every((pod) => pod !== undefined && startOf(pod) === 'ready')) return null
  const [never] = pods.flatMap((pod) => (pod && hopelessStart(pod)) ?? [])
  const missing = names.map((name, i) => {
    const pod = pods[i]
    return `pod ${name}: ${pod === undefined ? 'not there yet' : startOf(pod)}`
  })
  return never === undefined ? { missing } : { missing, never }
}

/** Why the pod will never start, where that can be told; null while there is hope. */
export function hopelessStart(pod: KubeObject): Explanation | null {
  const problem = `pod ${pod.metadata.name} will never start`
  return hopelessPods({ step: 'busybox-pod', problem, pods: [pod] })
}
