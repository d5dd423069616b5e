import type { PodSeen, WrongAnswer } from '../../lib/core/look-data.ts'
import { type Evidence, itemsOf, valueOf } from '../../lib/evidence/evidence.ts'
import { SETTINGS } from '../../lib/evidence/gather-hosts.ts'
import { but, corednsSays, failing, type HandMade, HEALTHY, redName } from './evidence.ts'

/** A Corefile with the options of its plugin kubernetes. */
const corefile = (zones: string, options: string): Pick<Evidence, 'corefile'> => ({
  corefile: { found: `.:53 {\n    kubernetes ${zones} {\n      ${options}\n    }\n}\n` },
})

/** The busybox pod, which the names are asked from, with what is said of it. */
const busybox = (pod: Partial<PodSeen>): Pick<Evidence, 'pods'> => {
  const [one] = itemsOf(HEALTHY.pods)
  if (one === undefined) throw new Error('nothing was recorded of pods')
  const asking = { namespace: 'default', name: 'busybox', labels: { run: 'busybox' } }
  return { pods: { found: [...itemsOf(HEALTHY.pods), { ...one, ...asking, ...pod }] } }
}

/** A CoreDNS whose Corefile has that plugin, and which says so of a name, asked past the network. */
export function answeredBy(
  plugin: string,
  type: WrongAnswer['type'],
  got: string,
  name = 'kubernetes.default.svc.cluster.local',
): Evidence {
  const target = { kind: 'pod', name: 'coredns-1', address: '10.200.0.2' } as const
  const wrong = {
    wrong: [`${type} ${name} ${got}`],
    wrongAnswers: [{ type, name: `${name}.`, got }],
  }
  const cell = { worker: '', target, protocol: 'tcp', via: 'port-forward', asked: 5 } as const
  const zones = 'cluster.local in-addr.arpa ip6.arpa'
  return failing(
    'dns-matrix',
    but({
      corefile: { found: `.:53 {\n    ${plugin}\n    kubernetes ${zones} {\n    }\n}\n` },
      matrix: { found: { cells: [{ ...cell, answered: 4, ...wrong }], names: [] } },
    }),
  )
}

/** Failures that come up when names are asked, of a CoreDNS that runs. */
export const ASKING: readonly HandMade[] = [
  {
    code: 'G9',
    what: 'a kubelet and an etcd that hang, or the machine is busy',
    evidence: but({
      hosts: {
        found: itemsOf(HEALTHY.hosts).map((host) => {
          const [program, port] = host.role === 'worker' ? ['kubelet', 10250] : ['etcd', 2379]
          const reason = 'connected, and no greeting within 5000 ms'
          return { ...host, silent: [{ program, endpoint: `192.0.2.1:${port}`, reason }] }
        }),
      },
    }),
  },
  {
    code: 'C6',
    what: 'a Corefile without reverse zones',
    evidence: failing(
      'dns-matrix',
      but({
        ...corefile('cluster.local', 'pods insecure'),
        ...redName({
          ...{ kind: 'reverse', name: '10.32.0.1', got: 'unresolved' },
          expected: 'kubernetes.default.svc.cluster.local',
        }),
      }),
    ),
  },
  {
    code: 'C9',
    what: 'a server outside that does not answer',
    evidence: failing(
      'dns-matrix',
      but({
        logs: corednsSays(
          '2026-11-25T23:59:26.885Z [ERROR] plugin/errors: 2 example.com. A: read udp 10.200.0.2:43756->192.0.2.1:53: i/o timeout',
        ).logs,
        ...redName({ kind: 'external', name: 'example.com.', got: 'timeout' }),
      }),
    ),
  },
  {
    code: 'C12',
    what: 'a Corefile that hides the namespace default',
    evidence: failing(
      'lookup-kubernetes',
      but(corefile('cluster.local in-addr.arpa ip6.arpa', 'namespaces kube-system apps')),
    ),
  },
  ...['labels env in (a)', 'namespace_labels a=b'].map((option) => ({
    code: 'C12',
    what: `a Corefile that serves by ${option}`,
    evidence: failing(
      'dns-matrix',
      but({
        ...corefile('cluster.local in-addr.arpa ip6.arpa', option),
        ...redName({ kind: 'full', name: 'kubernetes.default.svc.cluster.local' }),
      }),
    ),
  })),
  {
    code: 'C5',
    what: 'a zone of the Corefile in a variable that its container has not',
    evidence: failing(
      'lookup-kubernetes',
      but({
        dns: HEALTHY.dns,
        ...corefile('{$ZONE} in-addr.arpa', 'pods insecure'),
        logs: corednsSays(
          '[ERROR] plugin/errors: 2 kubernetes.default.svc.cluster.local. A: plugin/loop: no next plugin found',
        ).logs,
      }),
    ),
  },
  {
    code: 'C20',
    what: 'hosts that do not fall through',
    evidence: answeredBy('hosts {\n      10.9.9.9 a.example\n    }', 'A', 'NXDOMAIN'),
  },
  {
    code: 'C20',
    what: 'a template that denies names for want of an address',
    evidence: answeredBy('template IN AAAA {\n      rcode NXDOMAIN\n    }', 'AAAA', 'NXDOMAIN'),
  },
  {
    code: 'C20',
    what: 'a filter of who may ask',
    evidence: answeredBy('acl {\n      block net 10.200.0.0/16\n    }', 'A', 'REFUSED'),
  },
  {
    code: 'D14',
    what: 'a worker with no room for another connection',
    evidence: but({
      hosts: {
        found: itemsOf(HEALTHY.hosts).map((host) => {
          const network = valueOf(host.network)
          if (network === undefined) return host
          const settings = {
            ...network.settings,
            [SETTINGS.connections]: host.name === 'causew1' ? '65536' : '12',
            [SETTINGS.connectionsMost]: '65536',
          }
          return { ...host, network: { found: { ...network, settings } } }
        }),
      },
    }),
  },
  {
    code: 'F3',
    what: 'a pod that asks the DNS of its host',
    evidence: failing('resolv-conf', but(busybox({ dnsPolicy: 'Default' }))),
  },
  {
    code: 'F3',
    what: "a pod on its host's network",
    evidence: failing('resolv-conf', but(busybox({ hostNetwork: true }))),
  },
  {
    code: 'F5',
    what: 'more search domains than fit',
    evidence: failing(
      'resolv-conf',
      but({
        ...busybox({}),
        events: {
          found: [
            {
              ...{ namespace: 'default', kind: 'Pod', object: 'busybox' },
              reason: 'DNSConfigForming',
              message:
                'Search Line limits were exceeded, some search paths have been omitted, the applied search line is: default.svc.cluster.local',
            },
          ],
        },
      }),
    ),
  },
  {
    code: 'F12',
    what: 'a pod whose hour is over',
    evidence: failing('resolv-conf', but(busybox({ phase: 'Succeeded', ready: false }))),
  },
  ...[
    'error dialing backend: remote error: tls: internal error',
    'error dialing backend: x509: certificate is valid for system:node:causew1, not causew1',
    'Get "https://192.168.186.211:10250/containerLogs/kube-system/coredns-0/coredns": remote error: tls: internal error',
  ].map((line) => ({
    code: 'G4',
    what: `a kubelet's certificate (${line.slice(0, 40)})`,
    evidence: failing('dns-matrix', HEALTHY, [line]),
  })),
]
