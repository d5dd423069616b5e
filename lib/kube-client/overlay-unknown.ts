import type { StepId } from '../ports/step.ts'

/** Something written in memory, as far as it decides about other objects. */
export interface WrittenKind {
  readonly group: string
  readonly kind: string
  readonly namespace: string
  readonly by: StepId
  /** For the message. */
  readonly what: string
}

interface Wanted {
  readonly kind: string
  readonly namespace?: string
  readonly name?: string
}

/** What controllers make of a write: of the kinds on the left follow those on the right, in the same namespace. */
const DERIVED: readonly { readonly from: RegExp; readonly follows: readonly string[] }[] = [
  {
    from: /^(Deployment|ReplicaSet|StatefulSet|DaemonSet|Job|CronJob|ReplicationController)$/,
    follows: [
      'Pod',
      'ReplicaSet',
      'ControllerRevision',
      'Job',
      'Event',
      'Endpoints',
      'EndpointSlice',
    ],
  },
  { from: /^Service$/, follows: ['Endpoints', 'EndpointSlice'] },
  { from: /^Pod$/, follows: ['Event', 'Endpoints', 'EndpointSlice'] },
]

/** The write that decides about what is wanted, or null. Objects written in memory themselves are not asked here. */
export function derivedBy(wanted: Wanted, written: readonly WrittenKind[]): WrittenKind | null {
  const rules = DERIVED.filter(({ follows }) => follows.includes(wanted.kind))
  const decides = written.filter(
    ({ kind, namespace }) =>
      (wanted.namespace === undefined || wanted.namespace === namespace) &&
      rules.some(({ from }) => from.test(kind)),
  )
  return decides.at(-1) ?? null
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
        name === 'kube-root-ca.crt' ||
        name === 'extension-apiserver-authentication'
      )
    default:
      return false
  }
}
