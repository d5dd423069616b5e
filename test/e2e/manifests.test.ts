import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { assertCode, changesOf, endings, failureOf, ofType } from './events.ts'
import { inventory } from './inventory.ts'
import { deleteAll, kubectl, labBack, labUp, live, OBJECTS } from './lab.ts'
import { chapterManifest, type ManifestServer, manifestServer } from './manifest-server.ts'
import { noLab } from './no-lab.ts'
import { command, PROJECT, run } from './program.ts'

/** Manifests that people really have: read as kubectl reads them, and judged before anything is written. */
const skip = noLab
const TYPHA = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: {
    name: 'calico-typha',
    namespace: 'kube-system',
    labels: { 'k8s-app': 'calico-typha' },
  },
  spec: {
    clusterIP: '10.32.0.10',
    selector: { 'k8s-app': 'calico-typha' },
    ports: [{ name: 'calico-typha', port: 5473, protocol: 'TCP' }],
  },
}

/** As YAML 1.1 has it, and kubectl reads it. */
const MERGED = '$1  <<: { name: coredns, namespace: kube-system }\n'

let server: ManifestServer
let chapter = ''

before(async () => {
  if (noLab !== false) return
  await labUp()
  server = await manifestServer()
  chapter = await chapterManifest()
})

after(async () => {
  server.close()
  if (noLab === false) await labBack()
})

/** Runs the program with this text as the pinned manifest. */
function withManifest(text: string, ...args: readonly string[]) {
  server.body = text
  const sha256 = createHash('sha256').update(text).digest('hex')
  return run([...args, '--json', '--inventory', inventory({ manifestUrl: server.url, sha256 })])
}

function dataFile(name: string): Promise<string> {
  return readFile(new URL(`../data/manifests/${name}`, import.meta.url), 'utf8')
}

/** Does in a shell what a remedy says; the copy that it makes lies in the project's folder meanwhile. */
async function paste(script: string, copy: string): Promise<void> {
  try {
    assertCode(await command('sh', ['-ec', script]), 0)
  } finally {
    await rm(join(PROJECT, copy), { force: true })
  }
}

test('without any CoreDNS, verify says so in one sentence', { skip }, async () => {
  const verified = await withManifest(chapter, 'verify')
  assertCode(verified, 4)
  const failures = ofType(verified, 'step-failed')
  assert.equal(failures.length, 1)
  assert.match(failures[0]?.explanation.problem ?? '', /^nothing of the chapter is in this cluster/)
})

test(
  'all obstacles of an old manifest are told in one run, and nothing is written',
  { skip },
  async () => {
    const old = await dataFile('old-versions.yaml')
    const { explanation } = failureOf(await withManifest(old), 'apply-manifest')
    const seen = explanation.seen?.join('\n') ?? ''
    assert.match(
      seen,
      /ClusterRole in rbac\.authorization\.k8s\.io\/v1beta1; it has ClusterRole in rbac\.authorization\.k8s\.io\/v1/,
    )
    assert.match(seen, /ClusterRoleBinding in/)
    assert.match(seen, /Deployment in extensions\/v1beta1; it has Deployment in apps\/v1/)
    assert.match(seen, /image coredns\/coredns:1\.2\.2 is on no worker/)
    assert.match(seen, /10\.244\.0\.10 is not in 10\.32\.0\.0\/24/)
  },
)

test(
  "what another Service has is given up by that one, which goes on: the plan's command works",
  { skip },
  async () => {
    await kubectl(['apply', '-f', '-'], JSON.stringify(TYPHA))
    const planned = ofType(await withManifest(chapter, '--dry-run'), 'step-planned')
    const { explanation } = planned.find(({ step }) => step === 'apply-manifest') ?? {}
    assert.match(
      explanation?.seen?.join('\n') ?? '',
      /10\.32\.0\.10 belongs to service\/calico-typha/,
    )
    const commands = /npx tsx .*typha\.yaml(?=;)/s.exec(explanation?.remedy ?? '')?.[0]
    await paste(commands ?? 'false', 'calico-typha.yaml')
    const typha = await live('service', 'calico-typha', 'kube-system')
    assert.notEqual(typha, null)
    assertCode(await withManifest(chapter), 0)
    await kubectl(['delete', 'service', 'calico-typha', '-n', 'kube-system'])
  },
)

test(
  'the same objects in the words of YAML 1.1, and as exported, are nothing to change',
  { skip },
  async () => {
    const words = chapter
      .replace('volumes:', 'volumes: # by another hand')
      .replace(/(configMap:\n)(\s+)/, '$1$2defaultMode: 0644\n$2')
      .replace(/(metadata:\n) +name: coredns\n +namespace: kube-system\n/, MERGED)
      .replace(/allowPrivilegeEscalation: false/, 'allowPrivilegeEscalation: no')
      .replace(/readOnlyRootFilesystem: true/, 'readOnlyRootFilesystem: yes')
    for (const word of ['<<: {', 'defaultMode: 0644', ': no\n', ': yes\n'])
      assert.ok(words.includes(word), word)
    const again = await withManifest(words, '--dry-run')
    assertCode(again, 0)
    assert.equal(endings(again)['apply-manifest'], 'satisfied')
    const ownersOnly = words.replace('defaultMode: 0644', 'defaultMode: 0400')
    const changes = changesOf(await withManifest(ownersOnly, '--dry-run'))['apply-manifest'] ?? []
    assert.deepEqual(
      changes.flatMap(({ fields = [] }) =>
        fields.map(({ path, from, to }) => [path.split('.').at(-1), from, to]),
      ),
      [['defaultMode', 420, 256]],
    )
    const exported = await Promise.all(
      OBJECTS.map(([kind, name, namespace]) =>
        kubectl([
          'get',
          kind,
          name,
          '-o',
          'yaml',
          '--show-managed-fields',
          ...(namespace === undefined ? [] : ['-n', namespace]),
        ]),
      ),
    )
    const told = await withManifest(exported.join('---\n'), '--dry-run')
    assertCode(told, 0)
    const because = ofType(told, 'step-satisfied').find(
      ({ step }) => step === 'apply-manifest',
    )?.because
    assert.match(because ?? '', /left out of the manifest, as servers write it: .*metadata\.uid/)
  },
)

test(
  'of an export of everything, as a stream of JSON, what controllers make is left out',
  { skip },
  async () => {
    const of = ['-n', 'kube-system', '-o', 'json'] as const
    const all = 'deployments,replicasets,pods,services,endpoints,endpointslices'
    const everything = await Promise.all([
      kubectl(['get', all, ...of]),
      kubectl(['get', 'serviceaccount/coredns', 'configmap/coredns', ...of]),
      kubectl([
        'get',
        'clusterrole/system:coredns',
        'clusterrolebinding/system:coredns',
        '-o',
        'json',
      ]),
    ])
    const told = await withManifest(everything.join(''), '--dry-run')
    assertCode(told, 0)
    const { because = '' } =
      ofType(told, 'step-satisfied').find(({ step }) => step === 'apply-manifest') ?? {}
    assert.match(
      because,
      /^6 objects live as wanted; .*pod\/coredns-\S+, .* \(made out of others\)$/,
    )
  },
)

test(
  'what is wrong in the manifest itself is told at once, and is to be mended there',
  { skip },
  async () => {
    const wrong = chapter
      .replace(/prometheus\.io\/port: .*/, 'prometheus.io/port: 9153')
      .replace(/replicas: 2/, "replicas: '2'")
      .replace(/^( +)cache 30$/m, '$&\n$1forward . dns.consul.svc.cluster.local')
    const told = ofType(await withManifest(wrong, '--dry-run'), 'step-planned')
    const { explanation } = told.find(({ step }) => step === 'apply-manifest') ?? {}
    const seen = explanation?.seen?.join('\n') ?? ''
    assert.match(
      seen,
      /service\/kube-dns: \.metadata\.annotations\S+ has to be text, and YAML reads it as 9153/,
    )
    assert.match(seen, /deployment\.apps\/coredns: \.spec\.replicas: has to be a number/)
    assert.match(seen, /CoreDNS 1\.6\.2 does not load it: plugin\/forward: not an IP address/)
    assert.match(explanation?.remedy ?? '', /^fix the manifest where the lines above say so [^;]*$/)
  },
)

test(
  "Helm's manifest that was rendered without a namespace is refused, before anything is written",
  { skip },
  async () => {
    const lost = (await dataFile('helm.yaml')).replaceAll(/^ +namespace: .*\n/gm, '')
    const { explanation } = failureOf(await withManifest(lost), 'apply-manifest')
    assert.match(explanation.seen?.join('\n') ?? '', /without metadata\.namespace, so in default/)
  },
)

test(
  "Helm's manifest in kube-system at the address is green, and goes again",
  { skip },
  async () => {
    await run(['rollback', '--inventory', inventory()])
    await deleteAll()
    const helm = await dataFile('helm.yaml')
    assertCode(await withManifest(helm), 0)
    assertCode(await withManifest(helm, 'verify'), 0)
    assertCode(await run(['rollback', '--inventory', inventory()]), 0)
  },
)
