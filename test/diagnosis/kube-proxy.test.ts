import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Evidence, itemsOf, valueOf } from '../../lib/evidence/evidence.ts'
import { complaintsIn } from '../../lib/evidence/complaints.ts'
import { rank, type Verdict } from '../../lib/diagnosis/rank.ts'
import { accessSeen } from '../../lib/evidence/read-access.ts'
import type { KubeObject } from '../../lib/ports/cluster.ts'
import { but, failing, HEALTHY } from './evidence.ts'

const line = (at: string, words: string): string =>
  `E1129 ${at}.000000   12345 reflector.go:205] "Failed to watch" err="${words}" logger="UnhandledError" reflector="k8s.io/client-go/informers/factory.go:160" type="*v1.Service"`
const FORBIDDEN =
  'failed to list *v1.Service: services is forbidden: User \\"system:kube-proxy\\" cannot list resource \\"services\\" in API group \\"\\" at the cluster scope'
const READ = FORBIDDEN.replaceAll('\\', '')
const NOW = new Date(2026, 10, 29, 2, 50, 0)

test('what kube-proxy says again and again until now is read, each once', () => {
  const log = ['02:49:20', '02:49:30', '02:49:50'].map((at) => line(at, FORBIDDEN)).join('\n')
  assert.deepEqual(complaintsIn(log, NOW), [READ])
})

test('what it has stopped to say, or says for a moment, is not told', () => {
  assert.deepEqual(complaintsIn(line('02:30:00', FORBIDDEN), NOW), [])
  const starting = ['02:49:58', '02:49:59'].map((at) => line(at, FORBIDDEN)).join('\n')
  assert.deepEqual(complaintsIn(starting, NOW), [])
  assert.deepEqual(complaintsIn('I1129 02:49:00.000000 1 proxier.go:1] syncing', NOW), [])
})

test('what was said before the last start is not told, and a kubelet that cannot renew its lease is', () => {
  const before = ['02:49:20', '02:49:50'].map((at) => line(at, FORBIDDEN)).join('\n')
  const started = 'I1129 02:49:55.000000   23456 server.go:539] "Version info" version="v1.36.1"'
  assert.deepEqual(complaintsIn(`${before}\n${started}`, NOW), [])
  const lease = ['02:49:50', '02:49:57'].map(
    (at) =>
      `E1129 ${at}.000000   23456 controller.go:201] "Failed to ensure lease exists, will retry" err="Get \\"https://127.0.0.1:6443/\\": dial tcp 127.0.0.1:6443: connect: connection refused" interval="7s"`,
  )
  assert.deepEqual(complaintsIn([before, started, ...lease].join('\n'), NOW), [
    'Get "https://127.0.0.1:6443/": dial tcp 127.0.0.1:6443: connect: connection refused',
  ])
})

function told(words: string, more: Partial<Evidence> = {}): Verdict | undefined {
  const hosts = itemsOf(HEALTHY.hosts).map((host) =>
    host.name === 'causew1'
      ? { ...host, proxySays: [`failed to list *v1.Service: ${words}`] }
      : host,
  )
  const evidence = but({ hosts: { found: hosts }, ...more })
  return rank(failing('coredns-pods', evidence)).verdicts[0]
}

const forbidden = (user: string): string =>
  `services is forbidden: User "${user}" cannot list resource "services" in API group "" at the cluster scope`

test('a kube-proxy that may not list Services is told with its user and the binding to make', () => {
  const found = told(forbidden('system:kube-proxy'))
  assert.equal(found?.code, 'D8')
  assert.equal(
    found.cause,
    'kube-proxy on causew1 runs, and cannot read services: its user system:kube-proxy is not bound to the ClusterRole system:node-proxier',
  )
  assert.equal(
    found.cure,
    'kubectl create clusterrolebinding system:node-proxier --clusterrole=system:node-proxier --user=system:kube-proxy',
  )
  assert.match(
    told(forbidden('system:serviceaccount:kube-system:kube-proxy'))?.cure ?? '',
    /--serviceaccount=kube-system:kube-proxy$/,
  )
})

test('one whose user is bound by now is waited for, and nobody is told to bind it', () => {
  const access = valueOf(HEALTHY.access)
  assert.ok(access)
  const bound = { access: { found: { ...access, proxyUsers: ['system:kube-proxy'] } } }
  const found = told(forbidden('system:kube-proxy'), bound)
  assert.deepEqual([found?.code, found?.permanent], ['D8', undefined])
  assert.match(found?.cause ?? '', /has not asked again/)
  assert.doesNotMatch(found?.cure ?? '', /binding/)
})

test('what it may not read is told of a node that is named, too', () => {
  const nodes =
    'nodes "causew1" is forbidden: User "system:kube-proxy" cannot list resource "nodes" in API group "" at the cluster scope'
  assert.match(
    told(nodes)?.cause ?? '',
    /^kube-proxy on causew1 runs, and cannot read nodes: its user/,
  )
})

test('credentials of somebody else, or that are not accepted, are told as that', () => {
  const lab = 'npx tsx run.ts lab up'
  const wrong = told(forbidden('system:node:causew1'))
  assert.match(
    wrong?.cause ?? '',
    /the certificate of system:node:causew1, and not of system:kube-proxy$/,
  )
  assert.equal(wrong?.cure, lab)
  assert.match(told('Unauthorized')?.cause ?? '', /does not accept its certificate$/)
  const authority = told(
    'Get "https://192.168.1.1:6443/api": tls: x509: certificate signed by unknown authority',
  )
  assert.match(authority?.cause ?? '', /does not trust the API server \(certificate signed by/)
  const refused = told(
    'Get "https://192.168.1.1:6443/api": dial tcp 192.168.1.1:6443: connect: connection refused',
  )
  assert.match(
    refused?.cause ?? '',
    /the API server 192\.168\.1\.1:6443, .*\(connect: connection refused\)$/,
  )
  assert.equal(refused?.cure, 'nc -zv 192.168.1.1 6443')
})

const CHAPTER_ACCOUNT = { namespace: 'kube-system', account: 'coredns' }

const binding = (name: string, role: string, subject: string): KubeObject => ({
  ...{ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRoleBinding', metadata: { name } },
  ...{ roleRef: { name: role }, subjects: [{ kind: 'User', name: subject }] },
})

test('where no log can be read, that nobody is bound to the role of kube-proxy is told', () => {
  const evidenceOf = (...bindings: readonly KubeObject[]) =>
    failing(
      'coredns-pods',
      but({
        hosts: { notLooked: 'not on this machine' },
        access: { found: accessSeen(CHAPTER_ACCOUNT, null, bindings, []) },
        wanted: { ...HEALTHY.wanted, target: 'cluster' },
      }),
    )
  const d8 = (evidence: Evidence) => rank(evidence).verdicts.some(({ code }) => code === 'D8')
  assert.ok(d8(evidenceOf()))
  const starting = { ...evidenceOf(), ...failing('start-api-servers', HEALTHY) }
  assert.ok(
    !d8({ ...evidenceOf(), failure: starting.failure }),
    'an API server makes it when it starts',
  )
  assert.ok(!d8(evidenceOf(binding('a', 'system:node-proxier', 'system:kube-proxy'))))
  assert.ok(!d8(evidenceOf(binding('a', 'cluster-admin', 'system:kube-proxy'))))
})
