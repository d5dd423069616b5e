import type { ObjectRef, Selection } from './cluster.ts'

/** References as kubectl has them: `ref.service('kube-dns', 'kube-system')` is `service/kube-dns -n kube-system`. */
export const ref = {
  configMap: referTo('v1', 'ConfigMap'),
  deployment: referTo('apps/v1', 'Deployment'),
  endpoints: referTo('v1', 'Endpoints'),
  lease: referTo('coordination.k8s.io/v1', 'Lease'),
  namespace: (name: string): ObjectRef => ({ apiVersion: 'v1', kind: 'Namespace', name }),
  node: (name: string): ObjectRef => ({ apiVersion: 'v1', kind: 'Node', name }),
  pod: referTo('v1', 'Pod'),
  service: referTo('v1', 'Service'),
  serviceAccount: referTo('v1', 'ServiceAccount'),
}

/** Selections, in all namespaces where none is named. */
export const all = {
  clusterRoleBindings: select('rbac.authorization.k8s.io/v1', 'ClusterRoleBinding'),
  clusterRoles: select('rbac.authorization.k8s.io/v1', 'ClusterRole'),
  daemonSets: select('apps/v1', 'DaemonSet'),
  deployments: select('apps/v1', 'Deployment'),
  endpoints: select('v1', 'Endpoints'),
  endpointSlices: select('discovery.k8s.io/v1', 'EndpointSlice'),
  events: select('v1', 'Event'),
  networkPolicies: select('networking.k8s.io/v1', 'NetworkPolicy'),
  nodes: select('v1', 'Node'),
  pods: select('v1', 'Pod'),
  replicaSets: select('apps/v1', 'ReplicaSet'),
  services: select('v1', 'Service'),
  statefulSets: select('apps/v1', 'StatefulSet'),
}

function referTo(apiVersion: string, kind: string) {
  return (name: string, namespace = 'default') => ({ apiVersion, kind, namespace, name })
}

function select(apiVersion: string, kind: string) {
  return (which: Omit<Selection, 'apiVersion' | 'kind'> = {}): Selection => ({
    apiVersion,
    kind,
    ...which,
  })
}
