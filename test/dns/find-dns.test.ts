import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import {
  corefileOf,
  type DnsFound,
  type DnsMissing,
  findDns,
  findDnsService,
} from '../../lib/dns/find-dns.ts'
import { parseManifest } from '../../lib/objects/manifest.ts'
import type { KubeObject, Selection } from '../../lib/ports/cluster.ts'
import { fakeCluster } from '../fakes/cluster.ts'

const CHAPTER = parseManifest(
  await readFile(new URL('../../manifests/coredns-1.6.2.yaml', import.meta.url)),
  'kept',
)
const ADDRESS = '10.32.0.10'

/** A Service for DNS; `labels` are its own. */
function service(of: {
  readonly name: string
  readonly namespace?: string
  readonly clusterIP: string
  readonly labels?: Readonly<Record<string, string>>
  readonly selector?: Readonly<Record<string, string>>
  readonly port?: number
}): KubeObject {
  const { name, namespace = 'kube-system', clusterIP, labels = {}, selector, port = 53 } = of
  return {
    ...{ apiVersion: 'v1', kind: 'Service' },
    metadata: { name, namespace, labels },
    spec: {
      clusterIP,
      ...(selector === undefined ? {} : { selector }),
      ports: [{ name: 'dns', port, protocol: 'UDP' }],
    },
  }
}

function workload(kind: string, name: string, labels: Readonly<Record<string, string>>) {
  return {
    ...{ apiVersion: 'apps/v1', kind },
    metadata: { name, namespace: 'kube-system' },
    spec: {
      template: {
        metadata: { labels },
        spec: {
          containers: [
            {
              name: 'coredns',
              args: ['-conf', '/etc/coredns/Corefile'],
              ports: [{ containerPort: 53, protocol: 'UDP' }],
              volumeMounts: [{ name: 'config', mountPath: '/etc/coredns' }],
            },
          ],
          volumes: [{ name: 'config', configMap: { name } }],
        },
      },
    },
  } satisfies KubeObject
}

function slice(name: string, endpoints: readonly object[], port = 53): KubeObject {
  return {
    ...{ apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice' },
    metadata: {
      ...{ name: `${name}-abcde`, namespace: 'kube-system' },
      labels: { 'kubernetes.io/service-name': name },
    },
    ports: [{ name: 'dns', port, protocol: 'UDP' }],
    endpoints: endpoints as never,
  }
}

async function found(objects: readonly KubeObject[], address: string | null): Promise<DnsFound> {
  const result = await findDns(fakeCluster({ objects }), address)
  assert.ok(!('missing' in result), JSON.stringify(result))
  return result
}

async function missing(objects: readonly KubeObject[], address: string | null) {
  const result = await findDns(fakeCluster({ objects }), address)
  assert.ok('missing' in result)
  return (result satisfies DnsMissing).missing
}

const nameOf = (object: KubeObject | null): string | undefined =>
  object === null ? undefined : `${object.kind} ${object.metadata.name}`

test("the chapter's own objects are found by the address", async () => {
  const dns = await found(CHAPTER, ADDRESS)
  assert.equal(dns.service.name, 'kube-dns')
  assert.deepEqual(dns.selector, { 'k8s-app': 'kube-dns' })
  assert.equal(nameOf(dns.workload), 'Deployment coredns')
  const corefile = await corefileOf(fakeCluster({ objects: CHAPTER }), dns)
  assert.equal(corefile?.configMap.name, 'coredns')
  assert.match(corefile.text, /kubernetes cluster\.local/)
})

test("Helm's names are found as well, with and without the address", async () => {
  const labels = { 'app.kubernetes.io/name': 'coredns', 'app.kubernetes.io/instance': 'x' }
  const helm = [
    service({ name: 'x-coredns', clusterIP: '10.32.0.77', labels, selector: labels }),
    workload('Deployment', 'x-coredns', labels),
    { ...CHAPTER[3], metadata: { name: 'x-coredns', namespace: 'kube-system' } } as KubeObject,
  ]
  for (const address of ['10.32.0.77', null]) {
    const dns = await found(helm, address)
    assert.equal(dns.address, '10.32.0.77')
    assert.equal(nameOf(dns.workload), 'Deployment x-coredns')
  }
})

test('a DaemonSet runs it where no Deployment does', async () => {
  const labels = { 'k8s-app': 'kube-dns' }
  const dns = await found(
    [
      service({ name: 'kube-dns', clusterIP: ADDRESS, selector: labels }),
      workload('Deployment', 'metrics-server', { 'k8s-app': 'metrics-server' }),
      workload('DaemonSet', 'rke2-coredns', labels),
    ],
    ADDRESS,
  )
  assert.equal(nameOf(dns.workload), 'DaemonSet rke2-coredns')
})

test('servers are those of the EndpointSlices: pods, ready or not, and processes on hosts', async () => {
  const dns = await found(
    [
      service({ name: 'kube-dns', clusterIP: ADDRESS, labels: { 'k8s-app': 'kube-dns' } }),
      slice(
        'kube-dns',
        [
          {
            ...{ addresses: ['10.200.0.2'], nodeName: 'w0', conditions: { ready: true } },
            targetRef: { kind: 'Pod', name: 'coredns-a' },
          },
          { addresses: ['10.200.1.2'], conditions: { ready: false } },
          { addresses: ['192.0.2.7'] },
        ],
        1053,
      ),
      slice('another', [{ addresses: ['10.200.9.9'] }]),
    ],
    ADDRESS,
  )
  assert.deepEqual(dns.servers, [
    { address: '10.200.0.2', port: 1053, ready: true, node: 'w0', pod: 'coredns-a' },
    { address: '10.200.1.2', port: 1053, ready: false, node: null, pod: null },
    { address: '192.0.2.7', port: 1053, ready: true, node: null, pod: null },
  ])
  const corefile = await corefileOf(fakeCluster(), dns)
  assert.deepEqual([dns.selector, dns.pods, dns.workload, corefile], [{}, [], null, null])
})

test('the second address of a Service with two families counts too', async () => {
  const dual = service({ name: 'dns', clusterIP: ADDRESS })
  const spec = { ...(dual['spec'] as object), clusterIPs: [ADDRESS, 'fd00::a'] }
  assert.equal((await found([{ ...dual, spec }], 'fd00::a')).service.name, 'dns')
})

test('where nothing answers at the address, what is marked as DNS is found at its own', async () => {
  const taken = service({ name: 'legacy', namespace: 'default', clusterIP: ADDRESS })
  const moved = CHAPTER.map((one) =>
    one.kind === 'Service'
      ? { ...one, spec: { ...(one['spec'] as object), clusterIP: '10.32.0.99' } }
      : one,
  )
  const dns = await found([taken, ...moved], ADDRESS)
  assert.deepEqual([dns.service.name, dns.address], ['kube-dns', '10.32.0.99'])
})

test('a Service that selects none of its pods does not hide what runs DNS', async () => {
  const labels = { 'k8s-app': 'kube-dns' }
  const astray = service({ name: 'kube-dns', clusterIP: ADDRESS, selector: { app: 'dns' } })
  const dns = await found([astray, workload('Deployment', 'coredns', labels)], ADDRESS)
  assert.equal(nameOf(dns.workload), 'Deployment coredns')
})

test('where there is none, or more than one, that is said with names', async () => {
  assert.deepEqual(await missing([], null), ['no Service for DNS is there'])
  assert.deepEqual(await missing([], ADDRESS), ['no Service has the address 10.32.0.10'])
  const labels = { 'k8s-app': 'kube-dns' }
  const endpoints = [{ addresses: ['10.200.0.2'] }]
  const two = [
    service({ name: 'kube-dns', clusterIP: '10.96.0.10', labels }),
    slice('kube-dns', endpoints),
    service({ name: 'coredns', clusterIP: '10.96.0.11', labels: { 'k8s-app': 'coredns' } }),
    slice('coredns', [{ addresses: ['10.200.0.3'] }]),
  ]
  assert.deepEqual(await missing(two, null), [
    'more than one Service may be the cluster DNS: service/kube-dns in kube-system (10.96.0.10); service/coredns in kube-system (10.96.0.11)',
  ])
  const typha = service({ name: 'typha', clusterIP: ADDRESS, port: 5473 })
  assert.deepEqual(await missing([typha], ADDRESS), [
    'service/typha in kube-system has the address 10.32.0.10, and no port 53',
  ])
})

test('two Services that lead to the same pods are one DNS: that of NodeLocal DNSCache is the second', async () => {
  const labels = { 'k8s-app': 'kube-dns' }
  const dns = await found(
    [
      service({ name: 'kube-dns', clusterIP: ADDRESS, labels, selector: labels }),
      service({ name: 'kube-dns-upstream', clusterIP: '10.32.0.11', labels, selector: labels }),
      slice('kube-dns', [{ addresses: ['10.200.0.2'] }]),
      slice('kube-dns-upstream', [{ addresses: ['10.200.0.2'] }]),
    ],
    null,
  )
  assert.equal(dns.service.name, 'kube-dns')
})

test('what runs DNS without a Service that leads to it is named', async () => {
  const labels = { 'k8s-app': 'kube-dns' }
  assert.deepEqual(await missing([workload('Deployment', 'coredns', labels)], ADDRESS), [
    'no Service has the address 10.32.0.10',
    'deployment.apps/coredns in kube-system runs DNS servers, and no Service leads to them',
  ])
})

test('which Service it is takes one request where only one can be meant, and the same choice where not', async () => {
  const lists: string[] = []
  const asking = (objects: readonly KubeObject[]) => {
    const cluster = fakeCluster({ objects })
    return { ...cluster, list: (of: Selection) => (lists.push(of.kind), cluster.list(of)) }
  }
  const one = await findDnsService(asking(CHAPTER), ADDRESS)
  assert.deepEqual(
    [one, lists],
    [{ address: ADDRESS, service: (await found(CHAPTER, ADDRESS)).service }, ['Service']],
  )
  const taken = service({ name: 'legacy', namespace: 'default', clusterIP: ADDRESS })
  const moved = CHAPTER.map((object) =>
    object.kind === 'Service'
      ? { ...object, spec: { ...(object['spec'] as object), clusterIP: '10.32.0.99' } }
      : object,
  )
  const both = [taken, ...moved]
  const two = await findDnsService(asking(both), ADDRESS)
  assert.ok(!('missing' in two))
  assert.deepEqual([two.service, two.address], [(await found(both, ADDRESS)).service, '10.32.0.99'])
})
