import type { ObjectRef, Selection } from '../ports/cluster.ts'
import { namespaceOf } from './known-kinds.ts'

type Wanted = Pick<Selection, 'kind' | 'namespace'> & Partial<Pick<ObjectRef, 'name'>>

const SERVED = ['Endpoints', 'EndpointSlice']

/** What controllers make of a write: of the kinds on the left follow those on the right, in the same namespace. */
const DERIVED: readonly { readonly from: RegExp; readonly follows: readonly string[] }[] = [
  {
    from: /^(Deployment|ReplicaSet|StatefulSet|DaemonSet|Job|CronJob|ReplicationController)$/,
    follows: ['Pod', 'ReplicaSet', 'ControllerRevision', 'Job', 'Event', ...SERVED],
  },
  { from: /^Service$/, follows: SERVED },
  { from: /^Pod$/, follows: ['Event', ...SERVED] },
]

/** The last write that decides about what is wanted. Objects written in memory themselves are not asked here. */
export function derivedBy<W extends { readonly ref: ObjectRef }>(
  wanted: Wanted,
  written: readonly W[],
): W | undefined {
  const rules = DERIVED.filter(({ follows }) => follows.includes(wanted.kind))
  return written.findLast(
    ({ ref }) =>
      (wanted.namespace === undefined || wanted.namespace === (namespaceOf(ref) ?? '')) &&
      rules.some(({ from }) => from.test(ref.kind)),
  )
}

/** What every new cluster has without anyone applying it; a list of such a kind cannot be told before. */
export function existsInNew({ kind, namespace, name }: Wanted): boolean {
  switch (kind) {
    case 'Node':
      return true
    case 'Namespace':
      return (
        name === undefined ||
        ['default', 'kube-system', 'kube-public', 'kube-node-lease'].includes(name)
      )
    case 'Service':
    case 'Endpoints':
    case 'EndpointSlice':
      return (namespace ?? 'default') === 'default' && (name ?? 'kubernetes') === 'kubernetes'
    case 'ServiceAccount':
      return (name ?? 'default') === 'default'
    case 'ConfigMap':
      return (
        name === undefined ||
        ['kube-root-ca.crt', 'extension-apiserver-authentication'].includes(name)
      )
    default:
      return false
  }
}
