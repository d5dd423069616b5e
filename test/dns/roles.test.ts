import assert from 'node:assert/strict'
import { test } from 'node:test'
import { textAt } from '../../lib/core/json.ts'
import { corefileSourceOf } from '../../lib/dns/corefile-source.ts'
import { dnsContainerOf, makesPodsOf } from '../../lib/dns/roles.ts'
import type { KubeObject } from '../../lib/ports/cluster.ts'

const MAP = { name: 'coredns' }

/** A Deployment whose only container has these arguments, mounts and volumes. */
function deployment(
  args: readonly string[],
  mountPath: string,
  volume: KubeObject['metadata'][string],
): KubeObject {
  return {
    ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'dns' } },
    spec: {
      template: {
        metadata: { labels: { app: 'dns', tier: 'system' } },
        spec: {
          containers: [{ name: 'dns', args, volumeMounts: [{ name: 'config', mountPath }] }],
          volumes: [{ name: 'config', ...(volume as object) }],
        },
      },
    },
  }
}

test('the Corefile is what is mounted where -conf points', () => {
  const conf = ['-conf', '/etc/coredns/Corefile']
  for (const [one, source] of [
    [deployment(conf, '/etc/coredns', { configMap: MAP }), { key: 'Corefile' }],
    [
      deployment(['-conf=/etc/coredns/Corefile'], '/etc/coredns/', { configMap: MAP }),
      { key: 'Corefile' },
    ],
    [
      deployment(conf, '/etc/coredns', {
        configMap: { ...MAP, items: [{ key: 'own', path: 'Corefile' }] },
      }),
      { key: 'own' },
    ],
    [deployment([], '/', { configMap: MAP }), { key: 'Corefile' }],
    [
      deployment(conf, '/etc/coredns', { projected: { sources: [{ configMap: MAP }] } }),
      { key: 'Corefile' },
    ],
  ] as const) {
    assert.deepEqual(corefileSourceOf(one), { configMap: 'coredns', ...source })
  }
})

test('of several sources of a volume it is the one that is told to have the file', () => {
  const items = [{ key: 'main', path: 'Corefile' }]
  const sources = [{ configMap: { name: 'more' } }, { configMap: { ...MAP, items } }]
  const one = deployment(['-conf', '/etc/coredns/Corefile'], '/etc/coredns', {
    projected: { sources },
  })
  assert.deepEqual(corefileSourceOf(one), { configMap: 'coredns', key: 'main' })
})

test('of several containers without port 53 DNS is served by the one that runs CoreDNS', () => {
  const dns = {
    ...{ name: 'dns', command: ['coredns'], args: ['-conf', '/etc/coredns/Corefile'] },
    ports: [{ containerPort: 5353, name: 'dns' }],
    volumeMounts: [{ name: 'config', mountPath: '/etc/coredns' }],
  }
  const proxy = { name: 'kube-rbac-proxy', ports: [{ containerPort: 9154 }] }
  const volumes = [{ name: 'config', configMap: MAP }]
  const one: KubeObject = {
    ...{ apiVersion: 'apps/v1', kind: 'DaemonSet', metadata: { name: 'dns-default' } },
    spec: { template: { spec: { containers: [proxy, dns], volumes } } },
  }
  assert.equal(textAt(dnsContainerOf(one), 'name'), 'dns')
  assert.deepEqual(corefileSourceOf(one), { configMap: 'coredns', key: 'Corefile' })
})

test('where the file that -conf names is mounted from no ConfigMap there is no source', () => {
  const conf = ['-conf', '/etc/coredns/Corefile']
  for (const one of [
    deployment(conf, '/elsewhere', { configMap: MAP }),
    deployment(conf, '/etc/coredns', { hostPath: { path: '/etc/coredns' } }),
    deployment(conf, '/etc/coredns', {
      configMap: { ...MAP, items: [{ key: 'Corefile', path: 'Corefile.conf' }] },
    }),
  ]) {
    assert.equal(corefileSourceOf(one), null)
  }
})

test('a workload is selected where its pods have every label of the selector', () => {
  const one = deployment([], '/', { configMap: MAP })
  assert.equal(makesPodsOf(one, { app: 'dns' }), true)
  assert.equal(makesPodsOf(one, { app: 'dns', tier: 'user' }), false)
  assert.equal(makesPodsOf(one, {}), false)
})
