import type { KubeObject } from '../ports/cluster.ts'
import { at, type Json, sameJson } from '../core/json.ts'
import type { FieldChange } from '../core/change.ts'

/** What it is called, and found by. */
export const BUSYBOX = { name: 'busybox', key: 'run', value: 'busybox' } as const

/** What `kubectl run busybox --image=… --command -- sleep 3600` makes, minus what the server adds. */
export function busyboxPodObject(image: string): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: BUSYBOX.name,
      namespace: 'default',
      labels: { [BUSYBOX.key]: BUSYBOX.value },
    },
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
  const leaving = at(live, 'metadata', 'deletionTimestamp')
  if (leaving !== undefined) return [{ path: '.metadata.deletionTimestamp', from: leaving }]
  return COMPARED.flatMap((path) => {
    const from: Json = at(live, ...path) ?? null
    const to: Json = at(wanted, ...path) ?? null
    return sameJson(from, to) ? [] : [{ path: spell(path), from, to }]
  })
}

function spell(path: readonly (string | number)[]): string {
  return path.map((key) => (typeof key === 'number' ? '[name="busybox"]' : `.${key}`)).join('')
}
