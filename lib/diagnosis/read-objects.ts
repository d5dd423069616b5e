import type { KubeObject } from '../ports/cluster.ts'
import { at, type Json, listAt, textAt } from '../core/json.ts'
import type {
  AccessSeen,
  DeploymentSeen,
  EndpointsSeen,
  EventSeen,
  PolicySeen,
  ReplicaSetSeen,
  ServiceSeen,
} from './evidence.ts'
import { textsAt } from './read-pods.ts'

/** The account under which CoreDNS asks the API server. */
export const ACCOUNT = { namespace: 'kube-system', name: 'coredns' } as const

export function deploymentSeen(deployment: KubeObject): DeploymentSeen {
  return {
    replicas: Number(at(deployment, 'spec', 'replicas') ?? 1),
    observed:
      Number(at(deployment, 'status', 'observedGeneration') ?? 0) >=
      Number(at(deployment, 'metadata', 'generation') ?? 0),
    image: textAt(deployment, 'spec', 'template', 'spec', 'containers', 0, 'image') ?? '',
  }
}

export function replicaSetSeen(set: KubeObject): ReplicaSetSeen {
  const failure = listAt(set, 'status', 'conditions').find(
    (one) => textAt(one, 'type') === 'ReplicaFailure' && textAt(one, 'status') === 'True',
  )
  return {
    name: set.metadata.name,
    wanted: Number(at(set, 'spec', 'replicas') ?? 0),
    failure: textAt(failure, 'message') ?? null,
  }
}

export function serviceSeen(service: KubeObject): ServiceSeen {
  return {
    namespace: textAt(service, 'metadata', 'namespace') ?? '',
    name: service.metadata.name,
    ...ownerOf(service),
    clusterIP: textAt(service, 'spec', 'clusterIP') ?? '',
    selector: textsAt(service, 'spec', 'selector'),
    ports: listAt(service, 'spec', 'ports').map((one) => ({
      protocol: textAt(one, 'protocol') ?? 'TCP',
      port: Number(at(one, 'port')),
      targetPort: textAt(one, 'targetPort') ?? String(Number(at(one, 'targetPort'))),
    })),
  }
}

/** As Helm and others mark what they manage. */
function ownerOf({ metadata }: KubeObject): Pick<ServiceSeen, 'owner'> {
  const release = textAt(metadata, 'annotations', 'meta.helm.sh/release-name')
  if (release !== undefined) {
    const namespace = textAt(metadata, 'annotations', 'meta.helm.sh/release-namespace') ?? ''
    return { owner: `Helm release ${release} of namespace ${namespace}` }
  }
  const manager = textAt(metadata, 'labels', 'app.kubernetes.io/managed-by')
  return manager === undefined ? {} : { owner: `managed by ${manager}` }
}

export function endpointsSeen(endpoints: KubeObject): EndpointsSeen {
  const withPort = endpoints.metadata.name === 'kubernetes'
  const of = (key: 'addresses' | 'notReadyAddresses'): readonly string[] =>
    listAt(endpoints, 'subsets').flatMap((subset) =>
      listAt(subset, key).flatMap((one) => {
        const ip = textAt(one, 'ip') ?? ''
        if (!withPort) return [ip]
        return listAt(subset, 'ports').map((port) => `${ip}:${String(Number(at(port, 'port')))}`)
      }),
    )
  return {
    namespace: textAt(endpoints, 'metadata', 'namespace') ?? '',
    name: endpoints.metadata.name,
    ready: of('addresses'),
    notReady: of('notReadyAddresses'),
  }
}

export function policySeen(policy: KubeObject): PolicySeen {
  return {
    namespace: textAt(policy, 'metadata', 'namespace') ?? '',
    name: policy.metadata.name,
  }
}

export function eventSeen(event: KubeObject): EventSeen {
  return {
    namespace: textAt(event, 'involvedObject', 'namespace') ?? '',
    kind: textAt(event, 'involvedObject', 'kind') ?? '',
    object: textAt(event, 'involvedObject', 'name') ?? '',
    reason: textAt(event, 'reason') ?? '',
    message: textAt(event, 'message') ?? '',
  }
}

/** What the account may do, by cluster roles bound to itself or to a group of accounts that it is in. */
export function accessSeen(
  account: KubeObject | null,
  bindings: readonly KubeObject[],
  roles: readonly KubeObject[],
): AccessSeen {
  const reaching = bindings.filter((one) => listAt(one, 'subjects').some(isAccountOrGroup))
  const named = bindings.filter((one) => listAt(one, 'subjects').some(isAccount))
  const roleOf = (binding: KubeObject): string => textAt(binding, 'roleRef', 'name') ?? ''
  const wanted = new Set(reaching.map(roleOf))
  const found = roles.filter(({ metadata }) => wanted.has(metadata.name))
  return {
    serviceAccount: account !== null,
    bindings: named.map((one) => ({ name: one.metadata.name, role: roleOf(one) })),
    missingRoles: named
      .map(roleOf)
      .filter((role) => roles.every(({ metadata }) => metadata.name !== role)),
    rules: found.flatMap((role) =>
      listAt(role, 'rules').map((rule) => ({
        role: role.metadata.name,
        groups: textList(rule, 'apiGroups'),
        resources: textList(rule, 'resources'),
        verbs: textList(rule, 'verbs'),
      })),
    ),
  }
}

function isAccount(subject: Json): boolean {
  return (
    textAt(subject, 'kind') === 'ServiceAccount' &&
    textAt(subject, 'namespace') === ACCOUNT.namespace &&
    textAt(subject, 'name') === ACCOUNT.name
  )
}

const GROUPS = [
  'system:serviceaccounts',
  `system:serviceaccounts:${ACCOUNT.namespace}`,
  'system:authenticated',
]

function isAccountOrGroup(subject: Json): boolean {
  const group =
    textAt(subject, 'kind') === 'Group' && GROUPS.includes(textAt(subject, 'name') ?? '')
  return group || isAccount(subject)
}

function textList(value: Json, key: string): readonly string[] {
  return listAt(value, key).filter((one): one is string => typeof one === 'string')
}
