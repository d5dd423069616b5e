import assert from 'node:assert/strict'
import test from 'node:test'
import { permanentCauseIn } from '../../lib/diagnosis/explain.ts'
import { type Evidence, itemsOf } from '../../lib/evidence/evidence.ts'
import { but, corednsPods, corednsSays, failing, HEALTHY } from './evidence.ts'

const STEPS = ['start-workers', 'coredns-pods', 'busybox-pod', 'lookup-kubernetes', 'dns-matrix']

const passing = (key: string): Evidence =>
  but({
    ...corednsPods({
      ready: false,
      node: null,
      ip: null,
      unscheduled: `0/2 nodes are available: 2 node(s) had untolerated taint {${key}: }.`,
    }),
    nodes: {
      found: itemsOf(HEALTHY.nodes).map((node) => ({
        ...node,
        ready: 'False' as const,
        why: 'container runtime network not ready: cni plugin not initialized',
        taints: [{ key, value: '', effect: 'NoSchedule' }],
      })),
    },
  })

const waiting = (reason: string, message = ''): Evidence =>
  but(corednsPods({ ready: false, ip: null }, { waiting: { reason, message } }))

const elsewhere = (evidence: Evidence): Evidence => ({
  ...evidence,
  hosts: { notLooked: 'not on this machine' },
  wanted: { ...HEALTHY.wanted, target: 'cluster' },
})

const head =
  'E0811 06:14:43.151413       1 reflector.go:126] k8s.io/client-go@v11.0.0/tools/cache/reflector.go:94: Failed to list *v1.Endpoints: '

const SLOW: Readonly<Record<string, Evidence>> = {
  'containers that are being made': waiting('ContainerCreating'),
  'pods without a place as yet': but(corednsPods({ ready: false, node: null, ip: null })),
  'nodes that are not ready yet': passing('node.kubernetes.io/not-ready'),
  'nodes that a cloud has not greeted yet': passing(
    'node.cloudprovider.kubernetes.io/uninitialized',
  ),
  'a node short of memory': passing('node.kubernetes.io/memory-pressure'),
  'a pull that has failed once, before its image was imported': waiting(
    'ErrImagePull',
    'failed to do request: Head "https://registry-1.docker.io": dial tcp: i/o timeout',
  ),
  'a registry that is out of reach for now': elsewhere(
    waiting('ImagePullBackOff', 'Back-off pulling image: dial tcp: i/o timeout'),
  ),
  'a registry that asks to come back later': elsewhere(
    waiting('ImagePullBackOff', 'toomanyrequests: You have reached your pull rate limit'),
  ),
  'a CoreDNS that waits for an API server': but(
    corednsSays(
      `${head}Get https://10.32.0.1:443/api/v1/endpoints: dial tcp 10.32.0.1:443: i/o timeout`,
    ),
  ),
  'a CoreDNS that asked before the API servers had all keys': but(
    corednsSays(`${head}Unauthorized`),
  ),
  'a role that a server had not heard of when CoreDNS asked': but(
    corednsSays(
      `${head}endpoints is forbidden: User "system:serviceaccount:kube-system:coredns" cannot list resource "endpoints" in API group "" at the cluster scope`,
    ),
  ),
  'a Corefile that was mended, while its CoreDNS waits to be started again': but(
    corednsSays("/etc/coredns/Corefile:11 - Error during parsing: Unknown directive 'proxy'"),
  ),
  'a query for a name that reads like an error': but(
    corednsSays(
      "2026-11-25T23:26:34.829Z [ERROR] plugin/errors: 2 Corefile:1 - Error during parsing: Unknown directive 'errors'. A: plugin/loop: no next plugin found",
      '2026-11-25T23:26:34.829Z [ERROR] plugin/errors: 2 [FATAL] plugin/loop: Loop (x) detected. HINFO: no next plugin found',
    ),
  ),
  'endpoints that are still empty': but({
    ...corednsPods({ ready: false }),
    endpoints: { found: [] },
  }),
  'an API server that does not answer yet': but({
    apiServers: {
      found: itemsOf(HEALTHY.apiServers).map((one) => ({
        ...one,
        tls: { found: { status: 'unreachable' as const, reason: 'connect ECONNREFUSED' } },
        keys: { notLooked: 'connect ECONNREFUSED' },
      })),
    },
  }),
  'a kubelet that does not answer yet': but({
    kubelets: {
      found: itemsOf(HEALTHY.nodes).map(({ name }) => ({
        node: name,
        config: { notLooked: '503' },
      })),
    },
  }),
  'a chapter that has not begun': but({
    deployment: { found: null },
    corefile: { found: null },
    access: { found: { serviceAccount: false, bindings: [], missingRoles: [], rules: [] } },
    services: { found: [] },
    endpoints: { found: [] },
    pods: { found: [] },
  }),
  'pods that are going': but(corednsPods({ leaving: true, ip: '10.200.9.9' })),
}

for (const [what, evidence] of Object.entries(SLOW)) {
  test(`there is hope for ${what}`, () => {
    for (const step of STEPS) assert.equal(permanentCauseIn(failing(step, evidence)), null, step)
  })
}
