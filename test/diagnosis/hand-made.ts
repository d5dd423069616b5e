import type { MatrixCell } from '../../lib/core/look-data.ts'
import {
  type ApiServerSeen,
  type Evidence,
  type HostSeen,
  itemsOf,
  type LogSeen,
} from '../../lib/evidence/evidence.ts'
import {
  but,
  corednsPods,
  corednsSays,
  failing,
  type HandMade,
  HEALTHY,
  refused,
} from './evidence.ts'
import { ASKING } from './hand-made-asking.ts'
import { HOSTS } from './hand-made-hosts.ts'
import { STARTS } from './hand-made-starts.ts'
import { UNSTARTED } from './hand-made-unstarted.ts'

const waitingFor = (reason: string, message: string): Evidence =>
  failing('coredns-pods', but(corednsPods({ ready: false }, { waiting: { reason, message } })))

const tls = (reason: string): Pick<Evidence, 'apiServers'> => ({
  apiServers: {
    found: itemsOf(HEALTHY.apiServers).map((one): ApiServerSeen => ({
      ...one,
      tls: { found: { status: 'bad', reason } },
    })),
  },
})

const REFLECTOR =
  'E0811 06:14:43.151413       1 reflector.go:126] k8s.io/client-go@v11.0.0/tools/cache/reflector.go:94: Failed to list *v1.Namespace: Get https://10.32.0.1:443/api/v1/namespaces?limit=500&resourceVersion=0: dial tcp 10.32.0.1:443: '

const dialing = (trouble: string): Evidence =>
  failing('coredns-pods', but(corednsSays(`${REFLECTOR}${trouble}`)))

const unscheduled = (message: string, nodeSelector: Record<string, string> = {}): Evidence =>
  failing(
    'coredns-pods',
    but(corednsPods({ ready: false, node: null, ip: null, unscheduled: message, nodeSelector })),
  )

const dead = (...programs: readonly string[]): Pick<Evidence, 'hosts'> => ({
  hosts: {
    found: itemsOf(HEALTHY.hosts).map((host) => ({
      ...host,
      dead: host.role === 'controller' ? programs.map((program) => ({ program, words: [] })) : [],
    })),
  },
})

const kubelets = (clusterDNS: readonly string[], clusterDomain: string): Evidence =>
  but({
    kubelets: {
      found: itemsOf(HEALTHY.kubelets).map(({ node }) => ({
        node,
        config: { found: { clusterDNS, clusterDomain, podCIDR: '' } },
      })),
    },
  })

const log = (...lines: readonly string[]): Pick<Evidence, 'logs'> => {
  const { logs } = corednsSays(...lines)
  return { logs: { found: itemsOf(logs) satisfies readonly LogSeen[] } }
}

const NO_CNI =
  'container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized'

/** The healthy lab, with this seen on its first worker. */
const onWorker0 = (more: Partial<HostSeen>): Evidence =>
  but({
    hosts: {
      found: itemsOf(HEALTHY.hosts).map((host) =>
        host.name === 'causew0' ? { ...host, ...more } : host,
      ),
    },
  })

/** Every rule that has no recorded fault has one here. */
export const HAND_MADE: readonly HandMade[] = [
  {
    code: 'G3',
    what: 'a kubelet of a cluster elsewhere that has gone silent',
    evidence: but({
      hosts: { notLooked: 'not on this machine' },
      nodes: {
        found: itemsOf(HEALTHY.nodes).map((node, i) =>
          i === 0
            ? { ...node, ready: 'Unknown', why: 'Kubelet stopped posting node status.' }
            : node,
        ),
      },
    }),
  },
  {
    code: 'A7',
    what: 'a rate limit',
    evidence: waitingFor(
      'ErrImagePull',
      'failed to copy: httpReadSeeker: 429 Too Many Requests - toomanyrequests: You have reached your pull rate limit',
    ),
  },
  {
    code: 'A8',
    what: 'an image of the first format',
    evidence: waitingFor(
      'ImagePullBackOff',
      'Back-off pulling image "coredns/coredns:1.6.2": ErrImagePull: not implemented: media type "application/vnd.docker.distribution.manifest.v1+prettyjws" is no longer supported since containerd v2.1, please rebuild the image',
    ),
  },
  {
    code: 'A9',
    what: 'a label that no node has',
    evidence: unscheduled("0/2 nodes are available: 2 node(s) didn't match node selector.", {
      disktype: 'ssd',
    }),
  },
  {
    code: 'A11',
    what: 'workers that are full',
    evidence: unscheduled('0/2 nodes are available: 2 Insufficient memory.'),
  },
  { code: 'A13', what: 'no scheduler', evidence: but(dead('kube-scheduler')) },
  {
    code: 'A15',
    what: 'a ConfigMap without Corefile',
    evidence: failing('coredns-pods', but({ corefile: { found: null } })),
  },
  {
    code: 'A15',
    what: 'a Corefile without a line',
    evidence: failing('coredns-pods', but({ corefile: { found: '\n' } })),
  },
  { code: 'B1', what: 'no way through', evidence: dialing('i/o timeout') },
  { code: 'B2', what: 'a refusal', evidence: dialing('connect: connection refused') },
  { code: 'B3', what: 'no route', evidence: dialing('connect: no route to host') },
  ...[
    '[WARNING] plugin/kubernetes: Kubernetes API connection failure: Get "https://10.32.0.1:443/version": dial tcp 10.32.0.1:443: i/o timeout',
    '[INFO] plugin/kubernetes: pkg/mod/k8s.io/client-go@v0.29.3/tools/cache/reflector.go:243: failed to list *v1.Service: Get "https://10.32.0.1:443/api/v1/services?limit=500&resourceVersion=0": dial tcp 10.32.0.1:443: i/o timeout',
  ].map((line) => ({
    code: 'B1',
    what: `no way through, in the words of a later CoreDNS (${line.slice(0, 9)})`,
    evidence: failing('coredns-pods', but(corednsSays(line))),
  })),
  {
    code: 'B10',
    what: 'a version that nobody tells',
    evidence: failing(
      'coredns-pods',
      but(
        corednsSays(
          'plugin/kubernetes: Get "https://10.32.0.1:443/version?timeout=32s": dial tcp 10.32.0.1:443: i/o timeout',
        ),
      ),
    ),
  },
  {
    code: 'B11',
    what: 'a CoreDNS that is newer than the cluster',
    evidence: failing(
      'coredns-pods',
      but(
        corednsSays(
          '[ERROR] plugin/kubernetes: pkg/mod/k8s.io/client-go@v0.27.4/tools/cache/reflector.go:231: Failed to watch *v1.EndpointSlice: failed to list *v1.EndpointSlice: the server could not find the requested resource (get endpointslices.discovery.k8s.io)',
        ),
      ),
    ),
  },
  {
    code: 'B12',
    what: 'an API server that gives out the address of its first network card',
    evidence: failing(
      'kubernetes-endpoints',
      but({
        endpoints: {
          found: itemsOf(HEALTHY.endpoints).map((one) =>
            one.name === 'kubernetes' ? { ...one, ready: ['10.0.2.15:6443'] } : one,
          ),
        },
      }),
    ),
  },
  {
    code: 'B5',
    what: 'another authority',
    evidence: but(tls('unable to verify the first certificate')),
  },
  { code: 'B7', what: 'an old certificate', evidence: but(tls('certificate has expired')) },
  {
    code: 'B9',
    what: 'a newer CoreDNS under the old role',
    evidence: failing(
      'coredns-pods',
      but({
        deployment: { found: { replicas: 2, observed: true, image: 'coredns/coredns:1.9.3' } },
      }),
    ),
  },
  {
    code: 'C4',
    what: 'a zone that is served twice',
    evidence: failing(
      'coredns-pods',
      but(corednsSays('cannot serve dns://.:53 - it is already defined')),
    ),
  },
  {
    code: 'C5',
    what: 'another domain in the Corefile',
    evidence: but({
      corefile: { found: '.:53 {\n  kubernetes lab.example in-addr.arpa {\n  }\n}\n' },
    }),
  },
  {
    code: 'C5',
    what: 'another domain in the kubelets',
    evidence: kubelets(['10.32.0.10'], 'lab.example'),
  },
  {
    code: 'D2',
    what: 'an address outside of the Services',
    evidence: refused({
      object: 'service/kube-dns',
      field: 'spec.clusterIPs',
      message:
        'Invalid value: ["10.32.0.10"]: failed to allocate IP 10.32.0.10: provided IP is not in the valid range. The range of valid IPs is 10.0.0.0/24',
    }),
  },
  {
    code: 'D3',
    what: 'a field that never changes',
    evidence: refused({
      object: 'service/kube-dns',
      field: 'spec.clusterIPs[0]',
      message: 'Invalid value: ["10.32.0.10"]: may not change once set',
    }),
  },
  {
    code: 'D5',
    what: 'a Service without UDP',
    evidence: but({
      services: {
        found: itemsOf(HEALTHY.services).map((one) =>
          one.name === 'kube-dns'
            ? { ...one, ports: one.ports.filter(({ protocol }) => protocol === 'TCP') }
            : one,
        ),
      },
    }),
  },
  {
    code: 'E2',
    what: 'twins on a cluster whose ranges nobody knows',
    evidence: failing('coredns-pods', {
      ...but(corednsPods({ ip: '10.200.0.2' })),
      hosts: { notLooked: 'not on this machine' },
      wanted: { ...HEALTHY.wanted, target: 'cluster', workers: [] },
    }),
  },
  {
    code: 'E8',
    what: 'nodes with the address of their first network card',
    evidence: but({
      nodes: { found: itemsOf(HEALTHY.nodes).map((node) => ({ ...node, address: '10.0.2.15' })) },
    }),
  },
  {
    code: 'E10',
    what: 'a node among the addresses of pods',
    evidence: but({ wanted: { ...HEALTHY.wanted, podCIDR: '192.168.0.0/16' } }),
  },
  { code: 'F2', what: 'kubelets without clusterDNS', evidence: kubelets([], 'cluster.local') },
  {
    code: 'G1',
    what: 'kubelets that let nobody in',
    evidence: failing('resolv-conf', HEALTHY, [
      'unable to upgrade connection: Forbidden (user=kubernetes, verb=create, resource=nodes, subresource=proxy)',
    ]),
  },
  {
    code: 'B6',
    what: 'a refused token where no API server can be asked by itself',
    evidence: failing('coredns-pods', {
      ...but({
        ...corednsPods({ ready: false }),
        ...log(`${REFLECTOR.split('Get')[0] ?? ''}Unauthorized`),
      }),
      signer: { notLooked: 'not proven from here' },
    }),
  },
  ...UNSTARTED,
  ...STARTS,
  ...ASKING,
  ...HOSTS,
  {
    code: 'D8',
    what: 'a kube-proxy that may not list Services',
    evidence: failing(
      'lookup-kubernetes',
      onWorker0({
        proxySays: [
          'failed to list *v1.Service: services is forbidden: User "system:kube-proxy" cannot list resource "services" in API group "" at the cluster scope',
        ],
      }),
    ),
  },
  {
    code: 'E1',
    what: 'a CNI configuration of somebody else that sorts first',
    evidence: failing(
      'coredns-pods',
      onWorker0({
        cni: ['00-crio-bridge.conflist', '10-bridge.conf', '99-loopback.conf'],
        ranges: ['10.85.0.0/16'],
      }),
    ),
  },
  {
    code: 'G6',
    what: 'a kubelet whose port refuses',
    evidence: failing('resolv-conf', HEALTHY, [
      'error dialing backend: dial tcp 192.168.186.210:10250: connect: connection refused',
    ]),
  },
  {
    code: 'G7',
    what: 'a container runtime that has not read its network configuration',
    evidence: but({
      nodes: {
        found: itemsOf(HEALTHY.nodes).map((node, i) => ({
          ...node,
          ...(i === 0 ? { ready: 'False' as const, why: NO_CNI } : {}),
        })),
      },
    }),
  },
  {
    code: 'G2',
    what: 'a controller that does not know a worker by name',
    evidence: failing('resolv-conf', HEALTHY, [
      'error dialing backend: dial tcp: lookup k8sworker1 on 127.0.0.53:53: server misbehaving',
    ]),
  },
  {
    code: 'G5',
    what: 'no socat',
    evidence: failing('dns-matrix', HEALTHY, [
      'error forwarding port 53 to pod 0123: unable to do port forwarding: socat not found',
    ]),
  },
  {
    code: 'E3',
    what: 'two workers that do not reach each other, on hosts that cannot be looked at',
    evidence: measured((from, to) => (from === 'causew1' && to === 'causew0' ? 0 : 1)),
  },
  {
    code: 'E5',
    what: 'a worker that gets nothing across, on hosts that cannot be looked at',
    evidence: measured((from, to) => ((from === 'causew0') === (to === 'causew0') ? 1 : 0)),
  },
  {
    code: 'D7',
    what: 'a worker whose pods reach the servers and not the Service',
    evidence: measured((from, to) => (from === 'causew2' && to === 'service' ? 0 : 1)),
  },
  {
    code: 'D12',
    what: 'a filter between two workers, on hosts that cannot be looked at',
    evidence: measured((from, to, protocol) =>
      from === 'causew2' && to === 'causew0' && protocol === 'udp' ? 0 : 1,
    ),
  },
  {
    code: 'D9',
    what: 'a worker that loses what its own server answers for the Service',
    evidence: measured((from, to) => (from === 'causew0' && to === 'service' ? 0.5 : 1)),
  },
]

/** A cluster whose hosts cannot be looked at, of three workers, CoreDNS on two; `answers` by worker and by node. */
export function measured(
  answers: (from: string, to: string, protocol: 'udp' | 'tcp') => number,
): Evidence {
  const workers = ['causew0', 'causew1', 'causew2']
  const targets = [
    { kind: 'service', name: 'kube-dns', address: '10.32.0.10' },
    ...workers.slice(0, 2).map((node, i) => {
      return { kind: 'pod', name: `coredns-${String(i)}`, address: `10.200.${String(i)}.2`, node }
    }),
  ] as readonly MatrixCell['target'][]
  const cells = workers.flatMap((worker) =>
    targets.flatMap((target) =>
      (['udp', 'tcp'] as const).map((protocol): MatrixCell => ({
        ...{ worker, target, protocol, via: 'pod', asked: 12, wrong: [] },
        answered: 12 * answers(worker, target.node ?? 'service', protocol),
      })),
    ),
  )
  return failing(
    'dns-matrix',
    but({
      hosts: { notLooked: 'not on this machine' },
      filters: { notLooked: 'not on this machine' },
      matrix: { found: { cells, names: [] } },
      wanted: { ...HEALTHY.wanted, target: 'cluster' },
    }),
  )
}
