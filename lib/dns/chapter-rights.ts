import type { Need } from '../ports/cluster.ts'

const SYSTEM = 'kube-system'
const CLIENTS = 'default'

/** The lock of a run: a Lease, so that runs of several machines are kept apart. */
const LEASE = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', namespace: SYSTEM }
const LOCK: readonly Need[] = [
  { ...LEASE, name: 'hardway', verbs: ['get', 'update', 'delete'] },
  { ...LEASE, verbs: ['create'] },
]

/** What a run of the chapter needs beside its manifest: to find the DNS, and to have pods ask it. */
export const CHAPTER_RIGHTS: readonly Need[] = [
  ...LOCK,
  { apiVersion: 'v1', kind: 'Namespace', name: SYSTEM, verbs: ['get'] },
  { apiVersion: 'v1', kind: 'Node', verbs: ['get', 'list'] },
  { apiVersion: 'v1', kind: 'Node', part: 'proxy', verbs: ['get'] },
  { apiVersion: 'v1', kind: 'Service', verbs: ['list'] },
  { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', verbs: ['list'], namespace: SYSTEM },
  { apiVersion: 'apps/v1', kind: 'Deployment', verbs: ['list'], namespace: SYSTEM },
  { apiVersion: 'v1', kind: 'Pod', verbs: ['list', 'watch'], namespace: SYSTEM },
  {
    apiVersion: 'v1',
    kind: 'Pod',
    part: 'portforward',
    verbs: ['get', 'create'],
    namespace: SYSTEM,
  },
  { apiVersion: 'v1', kind: 'Service', name: 'kubernetes', verbs: ['get'], namespace: CLIENTS },
  { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', verbs: ['list'], namespace: CLIENTS },
  {
    ...{ apiVersion: 'v1', kind: 'Pod', namespace: CLIENTS },
    verbs: ['get', 'list', 'watch', 'create', 'patch', 'delete'],
  },
  { apiVersion: 'v1', kind: 'Pod', part: 'exec', verbs: ['get', 'create'], namespace: CLIENTS },
]
