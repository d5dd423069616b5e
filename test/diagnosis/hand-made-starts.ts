import type { ContainerSeen } from '../../lib/core/look-data.ts'
import { type Evidence, itemsOf, valueOf } from '../../lib/evidence/evidence.ts'
import {
  but,
  corednsPods,
  corednsSays,
  failing,
  type HandMade,
  HEALTHY,
  redName,
} from './evidence.ts'

/** A CoreDNS that ends at its start, again and again, with these lines. */
export const ending = (...lines: readonly string[]): Evidence =>
  failing(
    'coredns-pods',
    but({ ...corednsSays(...lines), ...corednsPods({ ready: false }, CRASHED) }),
  )

const CRASHED: Partial<ContainerSeen> = {
  restarts: 3,
  waiting: { reason: 'CrashLoopBackOff', message: 'back-off 40s restarting failed container' },
  ended: { reason: 'Error', exitCode: 1, message: '' },
}

/** A container that its runtime cannot start, in the runtime's words. */
const unstartable = (message: string): Evidence =>
  failing(
    'coredns-pods',
    but(corednsPods({ ready: false }, { waiting: { reason: 'RunContainerError', message } })),
  )

/** CoreDNS runs, has said this, and the name kubernetes is answered with SERVFAIL. */
export const serving = (...lines: readonly string[]): Evidence => ({
  ...failing('lookup-kubernetes', HEALTHY, ["** server can't find kubernetes: SERVFAIL"]),
  logs: corednsSays(...lines).logs,
})

/** The Corefile was written after its CoreDNS had started. */
export const rewritten = (changed: string): Evidence => {
  const pods = itemsOf(HEALTHY.pods).map((pod) => ({
    ...pod,
    created: '2026-11-25T23:59:22Z',
    containers: pod.containers.map((one) => ({ ...one, started: '2026-11-25T23:59:24Z' })),
  }))
  const failed = failing('lookup-kubernetes', HEALTHY, [
    "** server can't find kubernetes: SERVFAIL",
  ])
  return { ...failed, pods: { found: pods }, corefileChanged: { found: changed } }
}

/** A pod of an earlier hour ends with this line, and the Corefile was changed since then. */
export const endedBefore = (changed: string, line: string): Evidence => {
  const evidence = ending(line)
  const found = itemsOf(evidence.pods).map((pod) => ({
    ...pod,
    created: '2026-11-25T23:00:00Z',
    containers: pod.containers.map((one) => ({ ...one, started: '2026-11-25T23:30:00Z' })),
  }))
  return { ...evidence, pods: { found }, corefileChanged: { found: changed } }
}

/** CoreDNS runs with this Corefile, and its kubelet warns of what it asks. */
export const unasked = (message: string, how: (corefile: string) => string): Evidence => {
  const pods = corednsPods({ ready: false })
  const found = itemsOf(pods.pods).map(({ namespace, name }) => ({
    ...{ namespace, kind: 'Pod', object: name, reason: 'Unhealthy', message },
  }))
  const corefile = { found: how(valueOf(HEALTHY.corefile) ?? '') }
  return failing('coredns-pods', but({ ...pods, events: { found }, corefile }))
}

const warnedOf = (reason: string, message: string): Evidence => {
  const pods = corednsPods(
    { ready: false },
    { waiting: { reason: 'ContainerCreating', message: '' } },
  )
  const found = itemsOf(pods.pods).map(({ namespace, name }) => ({
    ...{ namespace, kind: 'Pod', object: name, reason, message },
  }))
  return failing('coredns-pods', but({ ...pods, events: { found } }))
}

const tooManyFiles = (...words: readonly string[]): Pick<Evidence, 'hosts'> => ({
  hosts: {
    found: itemsOf(HEALTHY.hosts).map((host) =>
      host.role === 'worker' ? { ...host, dead: [{ program: 'kubelet', words }] } : host,
    ),
  },
})

/** CoreDNS's own side, in words that people have met (../../lib/evidence/coredns-log.ts has their forms). */
export const STARTS: readonly HandMade[] = [
  ...(
    [
      ['C1', '[FATAL] plugin/loop: Seen "HINFO IN 77. 88." more than twice, loop detected'],
      ['C3', "/etc/coredns/Corefile:11 - Error during parsing: Unknown directive 'cache2'"],
      ['C3', "/etc/coredns/Corefile:9 - Syntax error: Unexpected token 'cache', expecting '}'"],
      [
        'C3',
        "plugin/forward: /etc/coredns/Corefile:12 - Error during parsing: unknown property 'max_concurrent'",
      ],
      [
        'C3',
        "plugin/kubernetes: /etc/coredns/Corefile:25 - Error during parsing: unknown property 'upstream'",
      ],
      [
        'C3',
        "plugin/kubernetes: /etc/coredns/custom/example.server:7 - Error during parsing: Wrong argument count or unexpected line ending after 'pods'",
      ],
      [
        'C13',
        'plugin/forward: not an IP address or file: "dc-consul-agent-dns.default.svc.cluster.local"',
      ],
      ['C13', 'plugin/forward: not an IP address, file, or valid domain: "a..b"'],
      [
        'C13',
        'plugin/forward: failed to resolve "dns.consul.svc.cluster.local": lookup dns.consul.svc.cluster.local on [::1]:53: read udp [::1]:54865->[::1]:53: read: connection refused',
      ],
      ['C13', 'plugin/forward: failed to resolve "dns.test": no addresses found for "dns.test"'],
      ['C14', 'plugin/forward: no nameservers found'],
      ['C15', 'loading Caddyfile via flag: open /etc/coredns/Corefile: no such file or directory'],
      ['A18', 'listen tcp :8080: bind: address already in use'],
      ['A18', 'Listen: listen tcp :53: bind: address already in use'],
      ['A21', 'plugin/cache: cache TTL can not be zero or negative: 0'],
      ['A21', 'plugin/tls: open /etc/coredns/tls.crt: no such file or directory'],
    ] as const
  ).map(([code, line]) => ({
    code,
    what: `a CoreDNS that ends with: ${line}`,
    evidence: ending(line),
  })),
  {
    code: 'A21',
    what: 'a panic, by its first line and not by its trace',
    evidence: ending(
      '.:53',
      'panic: runtime error: invalid memory address or nil pointer dereference',
      '[signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=0x1]',
      'goroutine 1 [running]:',
      'main.main()',
    ),
  },
  {
    code: 'A21',
    what: 'a container whose program is not in its image',
    evidence: unstartable(
      'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: "/corednss": stat /corednss: no such file or directory: unknown',
    ),
  },
  {
    code: 'C17',
    what: 'a Corefile that could not be loaded',
    evidence: serving('[ERROR] Restart failed: plugin/forward: not an IP address or file: "other"'),
  },
  {
    code: 'C17',
    what: 'a CoreDNS that knows no plugin for names that its Corefile serves',
    evidence: serving(
      '[ERROR] plugin/errors: 2 kubernetes.default.svc.cluster.local. A: plugin/loop: no next plugin found',
    ),
  },
  {
    code: 'C17',
    what: 'a Corefile that is newer than what serves',
    evidence: rewritten('2026-11-26T00:10:00Z'),
  },
  {
    code: 'C18',
    what: 'a CoreDNS that panics, as it has no server to ask',
    evidence: failing(
      'dns-matrix',
      but({
        corefile: {
          found: '.:53 {\n  kubernetes cluster.local\n  forward . /etc/resolv.conf\n}\n',
        },
        logs: corednsSays('[ERROR] Recovered from panic in server: "dns://:53"').logs,
        ...redName({ kind: 'external', name: 'example.com.', got: 'timeout' }),
      }),
    ),
  },
  {
    code: 'C19',
    what: 'a Corefile without what the kubelet asks for',
    evidence: unasked(
      'Readiness probe failed: Get "http://10.200.0.2:8181/ready": dial tcp 10.200.0.2:8181: connect: connection refused',
      (corefile) => corefile.replace(/^ +ready\n/m, ''),
    ),
  },
  {
    code: 'A22',
    what: 'a ConfigMap without the key that the volume names',
    evidence: warnedOf(
      'FailedMount',
      'MountVolume.SetUp failed for volume "config-volume" : configmap references non-existent config key: Corefile2',
    ),
  },
  {
    code: 'A23',
    what: 'a sandbox that cannot be made, in words that no rule has',
    evidence: warnedOf(
      'FailedCreatePodSandBox',
      'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "1": plugin type="portmap" failed (add): unable to create chain CNI-HOSTPORT-SETMARK',
    ),
  },
  {
    code: 'A24',
    what: 'a cluster without any CoreDNS',
    evidence: failing(
      'coredns-pods',
      but({
        ...{ dns: { found: null }, deployment: { found: null }, corefile: { found: null } },
        pods: { found: [] },
        services: { found: itemsOf(HEALTHY.services).filter(({ name }) => name !== 'kube-dns') },
      }),
    ),
  },
  {
    code: 'G8',
    what: 'a kubelet that found no inotify instance',
    evidence: but(tooManyFiles('F1 kubelet: inotify_init: too many open files', 'exit')),
  },
]
