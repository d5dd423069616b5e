import type { KubeObject } from '../../lib/ports/cluster.ts'
import type { WorkerRange } from '../../lib/dns/coredns-pods.ts'
import type { Json, JsonObject } from '../../lib/core/json.ts'

export const WORKERS: readonly WorkerRange[] = [
  { name: 'k8sworker0', podCIDR: '10.200.0.0/24' },
  { name: 'k8sworker1', podCIDR: '10.200.1.0/24' },
  { name: 'k8sworker2', podCIDR: '10.200.2.0/24' },
]

export const NODES: readonly KubeObject[] = WORKERS.map(({ name }) => nodeObject(name))

const POD_LABELS = { 'k8s-app': 'kube-dns' }

/** A worker as the API server shows it. */
export function nodeObject(name: string, spec: JsonObject = {}): KubeObject {
  return { apiVersion: 'v1', kind: 'Node', metadata: { name }, spec }
}

/** The chapter's Deployment, as far as it is looked at. */
export function deploymentObject(replicas?: number): KubeObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'coredns', namespace: 'kube-system' },
    spec: {
      ...(replicas === undefined ? {} : { replicas }),
      selector: { matchLabels: POD_LABELS },
      template: { metadata: { labels: POD_LABELS } },
    },
  }
}

/** How a CoreDNS pod is found; ready and running where nothing else is said. */
export interface PodState {
  readonly node?: string
  readonly ip?: string
  readonly ready?: boolean
  readonly phase?: string
  /** The kubelet's reason for a container that waits. */
  readonly waiting?: string
  /** The scheduler's words. */
  readonly unscheduled?: string
  readonly deleted?: boolean
}

/** `corednsPod('8s42p', { node, ip })`: one of the Deployment's pods. */
export function corednsPod(suffix: string, state: PodState): KubeObject {
  const { node, ip, ready = true, phase = 'Running', waiting, unscheduled, deleted } = state
  const conditions: Json[] = [{ type: 'Ready', status: ready ? 'True' : 'False' }]
  if (unscheduled !== undefined) {
    conditions.push({ type: 'PodScheduled', status: 'False', message: unscheduled })
  }
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: `coredns-68567cdb47-${suffix}`,
      namespace: 'kube-system',
      labels: { ...POD_LABELS, 'pod-template-hash': '68567cdb47' },
      ownerReferences: [{ kind: 'ReplicaSet', name: 'coredns-68567cdb47', controller: true }],
      ...(deleted === true ? { deletionTimestamp: '2026-01-02T03:04:05Z' } : {}),
    },
    spec: {
      containers: [{ name: 'coredns', image: 'coredns/coredns:1.6.2' }],
      ...(node === undefined ? {} : { nodeName: node }),
    },
    status: {
      phase,
      ...(ip === undefined ? {} : { podIP: ip }),
      conditions,
      ...(waiting === undefined
        ? {}
        : { containerStatuses: [{ name: 'coredns', state: { waiting: { reason: waiting } } }] }),
    },
  }
}
