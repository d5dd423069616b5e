import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { judgeManifest } from '../../lib/dns/judge-manifest.ts'
import { parseManifest } from '../../lib/objects/manifest.ts'
import { KEPT } from '../fakes/lab-world.ts'

const CHAPTER = await readFile(KEPT, 'utf8')
const HELM = await readFile(new URL('../data/manifests/helm.yaml', import.meta.url), 'utf8')
const WANTED = { dnsAddress: '10.32.0.10', serviceCIDR: '10.32.0.0/24' }

function faultsOf(text: string): readonly string[] {
  const objects = parseManifest(Buffer.from(text), 'coredns.yaml')
  return judgeManifest(
    objects.map((object) => ({ object, becomes: object, live: null })),
    WANTED,
  )
}

/** The manifest with another text in one place, which has to be there. */
function edited(from: string | RegExp, to: string, text = CHAPTER): string {
  const after = text.replace(from, to)
  assert.notEqual(after, text)
  return after
}

/** The manifest without its objects of a kind. */
function without(kind: string): string {
  return CHAPTER.split(/^---$/m)
    .filter((part) => !new RegExp(`^kind: ${kind}$`, 'm').test(part))
    .join('---')
}

test("the chapter's manifest is what it should be, and so is Helm's in kube-system at the address", () => {
  assert.deepEqual(faultsOf(CHAPTER), [])
  assert.deepEqual(faultsOf(HELM), [])
})

test('a manifest rendered without namespace and address is told both', () => {
  const rendered = HELM.replaceAll(/^ {2}namespace: kube-system\n/gm, '').replace(
    /^ {2}clusterIP: .*\n/m,
    '',
  )
  assert.deepEqual(faultsOf(rendered), [
    'serviceaccount/coredns-coredns, configmap/coredns-coredns, service/coredns-coredns, deployment.apps/coredns-coredns: ' +
      'without metadata.namespace, so in default: write namespace: kube-system',
    'service/coredns-coredns: no fixed clusterIP, and pods ask 10.32.0.10, cluster.dnsAddress of the inventory: write clusterIP: 10.32.0.10',
  ])
})

const SERVICE = 'service/kube-dns'
const WORKLOAD = 'deployment.apps/coredns'

const faults: readonly (readonly [what: string, text: string, faults: readonly string[]])[] = [
  [
    'an address of another cluster',
    edited('clusterIP: 10.32.0.10', 'clusterIP: 10.244.0.10'),
    [
      `${SERVICE}: clusterIP 10.244.0.10 is not in 10.32.0.0/24, cluster.serviceCIDR of the inventory`,
      `${SERVICE}: clusterIP 10.244.0.10, and pods ask 10.32.0.10, cluster.dnsAddress of the inventory: write clusterIP: 10.32.0.10`,
    ],
  ],
  ['no Service', without('Service'), ['no Service of the manifest has port 53']],
  [
    'two Services at the address',
    `${CHAPTER}\n---\n${edited('name: kube-dns', 'name: other').split('---').at(-1) ?? ''}`,
    ['service/kube-dns and service/other both have 10.32.0.10, which only one can have'],
  ],
  [
    'a selector that takes no pods of it',
    edited(/(kind: Service[\s\S]*selector:\n\s+k8s-app: )kube-dns/, '$1other'),
    [`${SERVICE}: selects k8s-app=other, and no pods of the manifest have these labels`],
  ],
  [
    'no workload',
    without('Deployment'),
    [`${SERVICE}: selects k8s-app=kube-dns, and no pods of the manifest have these labels`],
  ],
  [
    'no ConfigMap',
    without('ConfigMap'),
    [`${WORKLOAD}: mounts configmap/coredns, which the manifest does not have`],
  ],
  [
    'a ConfigMap with another key',
    edited('\n  Corefile: |', '\n  corefile: |'),
    [`configmap/coredns: has no key Corefile, which ${WORKLOAD} mounts as its Corefile`],
  ],
  [
    'a volume that gives the Corefile another name',
    edited('path: Corefile', 'path: Corefile.conf'),
    [
      `${WORKLOAD}: CoreDNS is to read /etc/coredns/Corefile, and no ConfigMap gives it a file of that path`,
    ],
  ],
]

for (const [what, text, expected] of faults) {
  test(`${what} is told`, () => {
    assert.deepEqual(faultsOf(text), expected)
  })
}

test('a Service that has the address already needs none in the manifest', () => {
  const objects = parseManifest(Buffer.from(edited(/^ {2}clusterIP: .*\n/m, '')), 'coredns.yaml')
  const all = objects.map((object) => ({
    ...{ object, live: null },
    becomes: object.kind === 'Service' ? { ...object, spec: { clusterIP: '10.32.0.10' } } : object,
  }))
  assert.deepEqual(judgeManifest(all, WANTED), [])
})

test('a Corefile that is mounted alone is found', () => {
  const alone = edited(
    'mountPath: /etc/coredns',
    'mountPath: /etc/coredns/Corefile\n          subPath: Corefile',
  )
  assert.deepEqual(faultsOf(alone), [])
})

test('what another program than CoreDNS reads is nothing to judge', () => {
  const args = /args: \[\s*["']?-conf["']?,\s*["']?\/etc\/coredns\/Corefile["']?\s*\]/
  for (const [program, told] of [
    ['command: [sh, -c, "exec server"]', 0],
    ['command: [/node-cache]', 0],
    ['command: [/coredns]', 1],
  ] as const) {
    assert.equal(faultsOf(edited(args, program)).length, told, program)
  }
})
