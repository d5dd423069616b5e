export type Resource = {
  readonly plural: string
  readonly namespaced: boolean
}

/** Kinds whose address has never changed: asking the server would only cost time. Any other kind is looked up. */
const KNOWN: Readonly<Record<string, readonly [plural: string, namespaced: boolean]>> = {
  'v1 ConfigMap': ['configmaps', true],
  'v1 Endpoints': ['endpoints', true],
  'v1 Event': ['events', true],
  'v1 Namespace': ['namespaces', false],
  'v1 Node': ['nodes', false],
  'v1 Pod': ['pods', true],
  'v1 Secret': ['secrets', true],
  'v1 Service': ['services', true],
  'v1 ServiceAccount': ['serviceaccounts', true],
  'apps/v1 DaemonSet': ['daemonsets', true],
  'apps/v1 Deployment': ['deployments', true],
  'apps/v1 ReplicaSet': ['replicasets', true],
  'apps/v1 StatefulSet': ['statefulsets', true],
  'coordination.k8s.io/v1 Lease': ['leases', true],
  'discovery.k8s.io/v1 EndpointSlice': ['endpointslices', true],
  'rbac.authorization.k8s.io/v1 ClusterRole': ['clusterroles', false],
  'rbac.authorization.k8s.io/v1 ClusterRoleBinding': ['clusterrolebindings', false],
  'rbac.authorization.k8s.io/v1 Role': ['roles', true],
  'rbac.authorization.k8s.io/v1 RoleBinding': ['rolebindings', true],
}

export function knownKind(apiVersion: string, kind: string): Resource | undefined {
  const known = KNOWN[`${apiVersion} ${kind}`]
  return known === undefined ? undefined : { plural: known[0], namespaced: known[1] }
}

/** Kinds that began in a group or version that servers have given up; the rest is told by `KNOWN`. */
const MOVED: Readonly<Record<string, string>> = {
  Ingress: 'networking.k8s.io/v1',
  NetworkPolicy: 'networking.k8s.io/v1',
}

/** Where a kind of Kubernetes itself is served now. */
export function apiVersionOf(kind: string): string | undefined {
  const known = Object.keys(KNOWN).find((key) => key.endsWith(` ${kind}`))
  return known?.split(' ')[0] ?? MOVED[kind]
}

/** The namespace that an object lies in: `default` where a namespaced one names none, as with kubectl. */
export function namespaceOf(ref: {
  readonly apiVersion: string
  readonly kind: string
  readonly namespace?: string
}): string | undefined {
  const namespaced = knownKind(ref.apiVersion, ref.kind)?.namespaced ?? ref.namespace !== undefined
  return namespaced ? (ref.namespace ?? 'default') : undefined
}
