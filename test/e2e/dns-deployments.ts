import type { Json, JsonObject } from '../../lib/core/json.ts'

/** A way in which people deploy cluster DNS: what its objects are called, and what they look like. */
export interface Deployment {
  readonly namespace: string
  readonly service: string
  readonly workload: 'Deployment' | 'DaemonSet'
  /** Also that of ServiceAccount and ConfigMap. */
  readonly name: string
  /** Of Service and workload; the Service selects by them. */
  readonly labels: Readonly<Record<string, string>>
  readonly corefile: string
  /** More of the pods' spec. */
  readonly pods?: JsonObject
  /** More keys of the ConfigMap, mounted beside the Corefile. */
  readonly files?: Readonly<Record<string, string>>
}

/** The address that the lab's kubelets give to pods. */
export const DNS_ADDRESS = '10.32.0.10'
const IMAGE = 'coredns/coredns:1.6.2'

/** As kubeadm, Helm and k3s write it, minus what 1.6.2 does not know. */
function corefile(...more: readonly string[]): string {
  return [
    '.:53 {',
    ...['errors', 'health {', '    lameduck 5s', '}', 'ready'],
    'kubernetes cluster.local in-addr.arpa ip6.arpa {',
    ...['    pods insecure', '    fallthrough in-addr.arpa ip6.arpa', '    ttl 30', '}'],
    ...['prometheus :9153', ...more, 'cache 30', 'loop', 'reload', 'loadbalance'],
    '}',
    '',
  ].join('\n')
}

/** All three name /etc/resolv.conf: what that has depends on the machine. This refuses at once, wherever it runs. */
const FORWARD = 'forward . 127.0.0.1:9'

const KUBE_DNS = { 'k8s-app': 'kube-dns' }
const HELM = {
  'app.kubernetes.io/instance': 'coredns',
  'app.kubernetes.io/name': 'coredns',
  'k8s-app': 'coredns',
}

/** kubeadm's constants (cmd/kubeadm/app/phases/addons/dns/manifests.go). */
const kubeadm: Deployment = {
  ...{ namespace: 'kube-system', service: 'kube-dns', workload: 'Deployment', name: 'coredns' },
  labels: KUBE_DNS,
  corefile: corefile(FORWARD),
  pods: {
    tolerations: [
      { key: 'CriticalAddonsOnly', operator: 'Exists' },
      { key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' },
    ],
    affinity: {
      podAntiAffinity: {
        preferredDuringSchedulingIgnoredDuringExecution: [
          {
            weight: 100,
            podAffinityTerm: {
              labelSelector: { matchLabels: KUBE_DNS },
              topologyKey: 'kubernetes.io/hostname',
            },
          },
        ],
      },
    },
  },
}

/** `helm template coredns coredns/coredns -n kube-system --set service.clusterIP=10.32.0.10` */
const helm: Deployment = {
  ...{ namespace: 'kube-system', service: 'coredns-coredns', workload: 'Deployment' },
  ...{ name: 'coredns-coredns', labels: HELM, corefile: corefile(FORWARD) },
}

/** k3s' manifests/coredns.yaml: names of nodes by the plugin hosts, more of it from elsewhere. */
const k3s: Deployment = {
  ...kubeadm,
  corefile: corefile(
    'hosts /etc/coredns/NodeHosts {',
    ...['    ttl 60', '    reload 15s', '    fallthrough', '}'],
    ...[FORWARD, 'import /etc/coredns/custom/*.override'],
  ),
  files: { NodeHosts: '192.0.2.1 node-1\n' },
  pods: {
    topologySpreadConstraints: [
      {
        ...{ maxSkew: 1, topologyKey: 'kubernetes.io/hostname' },
        ...{ whenUnsatisfiable: 'DoNotSchedule', labelSelector: { matchLabels: KUBE_DNS } },
      },
    ],
  },
}

/** Each by a short name. */
export const DEPLOYMENTS = {
  kubeadm,
  helm,
  'helm elsewhere': { ...helm, namespace: 'dns-system' },
  k3s,
  DaemonSet: { ...helm, workload: 'DaemonSet', name: 'rke2-coredns', service: 'rke2-coredns' },
} as const satisfies Readonly<Record<string, Deployment>>

/** A cache before it, on each node's own network and at an address of its own; see also `cacheOf`. */
export const CACHE_ADDRESS = '169.254.20.10'

/** As NodeLocal DNSCache is deployed, with the CoreDNS that the lab has in its place. */
export const nodeCache: Omit<Deployment, 'service'> = {
  ...{ namespace: 'kube-system', workload: 'DaemonSet', name: 'node-local-dns' },
  labels: { 'k8s-app': 'node-local-dns' },
  corefile: [
    ...['.:53 {', 'errors', 'cache 30', 'reload', `bind ${CACHE_ADDRESS}`],
    ...[`forward . ${DNS_ADDRESS} {`, '    force_tcp', '}', '}', ''],
  ].join('\n'),
  pods: { hostNetwork: true, tolerations: [{ operator: 'Exists' }] },
}

/** All objects of it, in their order. */
export function objectsOf(of: Deployment): readonly JsonObject[] {
  const { service, namespace, labels } = of
  return [...serversOf(of), serviceObject(service, namespace, labels)]
}

/** The same without a Service. */
export function serversOf(of: Omit<Deployment, 'service'>): readonly JsonObject[] {
  const { namespace, name, labels } = of
  const metadata = { name, namespace, labels }
  const group = 'rbac.authorization.k8s.io'
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata },
    {
      ...{ apiVersion: `${group}/v1`, kind: 'ClusterRole', metadata: { name: 'system:coredns' } },
      rules: [
        {
          apiGroups: [''],
          resources: ['endpoints', 'services', 'pods', 'namespaces'],
          verbs: ['list', 'watch'],
        },
      ],
    },
    {
      ...{ apiVersion: `${group}/v1`, kind: 'ClusterRoleBinding', metadata: { name } },
      roleRef: { apiGroup: group, kind: 'ClusterRole', name: 'system:coredns' },
      subjects: [{ kind: 'ServiceAccount', name, namespace }],
    },
    {
      ...{ apiVersion: 'v1', kind: 'ConfigMap', metadata },
      data: { Corefile: of.corefile, ...of.files },
    },
    {
      ...{ apiVersion: 'apps/v1', kind: of.workload, metadata },
      spec: {
        ...(of.workload === 'Deployment' ? { replicas: 2 } : {}),
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: podSpec(of) },
      },
    },
  ]
}

function podSpec({ name, files = {}, pods = {} }: Omit<Deployment, 'service'>): JsonObject {
  const onHost = pods['hostNetwork'] === true
  const ports: Json = [
    { containerPort: 53, name: 'dns', protocol: 'UDP' },
    { containerPort: 53, name: 'dns-tcp', protocol: 'TCP' },
  ]
  return {
    ...{ serviceAccountName: name, dnsPolicy: 'Default', terminationGracePeriodSeconds: 1 },
    containers: [
      {
        ...{ name: 'coredns', image: IMAGE, imagePullPolicy: 'IfNotPresent', ports },
        args: ['-conf', '/etc/coredns/Corefile'],
        volumeMounts: [{ name: 'config-volume', mountPath: '/etc/coredns', readOnly: true }],
        // A cache has the plugins health and ready of nobody.
        ...(onHost
          ? {}
          : { readinessProbe: { httpGet: { path: '/ready', port: 8181 }, periodSeconds: 1 } }),
      },
    ],
    volumes: [
      {
        name: 'config-volume',
        configMap: {
          name,
          items: ['Corefile', ...Object.keys(files)].map((key) => ({ key, path: key })),
        },
      },
    ],
    ...pods,
  }
}

/** The Service at the address that pods are given; with null for labels one without a selector. */
export function serviceObject(
  name: string,
  namespace: string,
  labels: Readonly<Record<string, string>> | null,
): JsonObject {
  return {
    ...{ apiVersion: 'v1', kind: 'Service' },
    metadata: { name, namespace, labels: { ...labels, 'kubernetes.io/cluster-service': 'true' } },
    spec: {
      clusterIP: DNS_ADDRESS,
      ...(labels === null ? {} : { selector: { ...labels } }),
      ports: [
        { name: 'dns', port: 53, protocol: 'UDP' },
        { name: 'dns-tcp', port: 53, protocol: 'TCP' },
      ],
    },
  }
}

/** Who serves for a Service without a selector, written by hand: a process on a host. */
export function handWrittenSlice(service: string, namespace: string, address: string): JsonObject {
  const port = (name: string, protocol: string) => ({ name, protocol, port: 53 })
  return {
    ...{ apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', addressType: 'IPv4' },
    metadata: {
      ...{ name: `${service}-by-hand`, namespace },
      labels: { 'kubernetes.io/service-name': service },
    },
    ports: [port('dns', 'UDP'), port('dns-tcp', 'TCP')],
    endpoints: [{ addresses: [address], conditions: { ready: true } }],
  }
}

/** As `kubectl apply -f -` reads them. */
export function listOf(objects: readonly JsonObject[]): string {
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects })
}
