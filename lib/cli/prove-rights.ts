import { stringify } from 'yaml'

/** A right, and what cannot be told without it. */
type Right = {
  readonly groups: readonly string[]
  readonly resources: readonly string[]
  readonly verbs: readonly string[]
  readonly names?: readonly string[]
  readonly why: string
}

/** In the whole cluster, since cluster DNS may lie anywhere. All of them read. */
const CLUSTER: readonly Right[] = [
  {
    ...{ groups: [''], resources: ['nodes'], verbs: ['list'] },
    why: 'from where to prove it',
  },
  {
    ...{ groups: [''], resources: ['nodes/proxy'], verbs: ['get'] },
    why: 'which server the kubelets give to pods; without it, it is found by its labels',
  },
  {
    ...{ groups: [''], resources: ['services'], verbs: ['get', 'list'] },
    why: 'the Service of the DNS',
  },
  {
    ...{ groups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: ['list'] },
    why: 'who serves for it',
  },
  {
    ...{ groups: ['apps'], resources: ['deployments', 'daemonsets', 'statefulsets'] },
    ...{ verbs: ['get', 'list'], why: 'what makes its pods, and how many are wanted' },
  },
  {
    ...{ groups: [''], resources: ['pods'], verbs: ['list'] },
    why: 'its pods',
  },
  {
    ...{ groups: [''], resources: ['configmaps'], verbs: ['get'] },
    why: 'the Corefile: whether names of the world outside are sent on',
  },
  {
    ...{ groups: [''], resources: ['pods/portforward'], verbs: ['create', 'get'] },
    why: 'to ask each pod past the network',
  },
  {
    ...{ groups: [''], resources: ['namespaces'], verbs: ['get'], names: ['kube-system'] },
    why: 'which cluster this is',
  },
  {
    groups: ['', 'apps', 'networking.k8s.io', 'rbac.authorization.k8s.io'],
    resources: [
      ...['events', 'pods/log', 'endpoints', 'serviceaccounts', 'replicasets'],
      ...['networkpolicies', 'clusterroles', 'clusterrolebindings'],
    ],
    verbs: ['get', 'list'],
    why: 'only where it fails: the cause',
  },
]

/** In the namespace of the probes: the only rights to write. */
const PROBES: readonly Right[] = [
  {
    ...{
      groups: [''],
      resources: ['pods'],
      verbs: ['get', 'list', 'watch', 'create', 'patch', 'delete'],
    },
    why: 'the probes (created by server-side apply, which is a patch)',
  },
  {
    ...{ groups: [''], resources: ['pods/exec'], verbs: ['create', 'get'] },
    why: 'to have them ask',
  },
]

const NAME = 'hardway-prove'

/** The least roles that `prove` needs, as YAML to apply; the user is to be filled in. */
export function leastRights(namespace: string): string {
  const role = (kind: string, metadata: object, rights: readonly Right[]) =>
    document({ apiVersion: 'rbac.authorization.k8s.io/v1', kind, metadata }, rights)
  const binding = (kind: string, of: string, metadata: object) =>
    stringify({
      ...{ apiVersion: 'rbac.authorization.k8s.io/v1', kind, metadata },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: of, name: NAME },
      subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'USER' }],
    })
  const here = { name: NAME, namespace }
  return [
    '# USER is to be replaced by who runs it: npx tsx run.ts prove --rbac | sed s/USER/NAME/ | kubectl apply -f -\n' +
      role('ClusterRole', { name: NAME }, CLUSTER),
    role('Role', here, PROBES),
    binding('ClusterRoleBinding', 'ClusterRole', { name: NAME }),
    binding('RoleBinding', 'Role', here),
  ]
    .join('---\n')
    .trimEnd()
}

/** Each rule has what it is for beside it. */
function document(head: object, rights: readonly Right[]): string {
  const rules = rights.map(({ groups, resources, verbs, names, why }) => {
    const rule = {
      ...{ apiGroups: groups, resources, verbs },
      ...(names === undefined ? {} : { resourceNames: names }),
    }
    const [first = '', ...rest] = stringify(rule, { collectionStyle: 'any' }).trimEnd().split('\n')
    return [`  # ${why}`, `  - ${first}`, ...rest.map((line) => `    ${line}`)].join('\n')
  })
  return `${stringify(head)}rules:\n${rules.join('\n')}\n`
}
