import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { StepError } from '../../lib/core/errors.ts'
import type { Explanation } from '../../lib/core/errors.ts'
import { parseManifest, readManifest } from '../../lib/objects/manifest.ts'
import { MANIFEST_LIMITS } from '../../lib/objects/manifest-text.ts'

const kept = new URL('../../manifests/coredns-1.6.2.yaml', import.meta.url)
const original = new URL('../../../shared/data/manifests/kthw-coredns-1.6.2.yaml', import.meta.url)

function parse(text: string | Uint8Array, limits = MANIFEST_LIMITS) {
  return parseManifest(typeof text === 'string' ? Buffer.from(text) : text, 'coredns.yaml', limits)
}

function refused(text: string | Uint8Array, limits = MANIFEST_LIMITS): Explanation {
  try {
    parse(text, limits)
  } catch (error) {
    assert.ok(error instanceof StepError, String(error))
    return error.explanation
  }
  throw new Error('was not refused')
}

const map = (name: string): string => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\n`

test('the kept manifest has the chapter’s six objects', async () => {
  const objects = parseManifest(await readFile(kept), 'kept')
  assert.deepEqual(
    objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`),
    [
      'ServiceAccount coredns',
      'ClusterRole system:coredns',
      'ClusterRoleBinding system:coredns',
      'ConfigMap coredns',
      'Deployment coredns',
      'Service kube-dns',
    ],
  )
})

test(
  'the kept manifest equals the original object by object',
  { skip: existsSync(original) ? false : '../shared/data/manifests is not on this machine' },
  async () => {
    const ours = parseManifest(await readFile(kept), 'kept')
    const theirs = parseManifest(await readFile(original), 'original')
    assert.equal(ours.length, theirs.length)
    for (const [i, object] of ours.entries()) assert.deepEqual(object, theirs[i])
  },
)

test('lists are taken apart, empty documents left out, JSON is read', () => {
  const list = {
    apiVersion: 'v1',
    kind: 'List',
    items: [{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' } }],
  }
  const objects = parse(`---\n---\n${map('a')}---\n${JSON.stringify(list)}\n`)
  assert.deepEqual(
    objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`),
    ['ConfigMap a', 'Pod p'],
  )
})

const problems: readonly (readonly [string, string | Uint8Array, string, readonly string[]])[] = [
  ['an empty body', ' \n', 'is empty', ['']],
  [
    'HTML',
    '\n<!DOCTYPE html>\n<html><body>Sign in</body>',
    'is an HTML page: a proxy or login page may have answered',
    ['<!DOCTYPE html>\n<html><body>Sign in</body>'],
  ],
  [
    'XML',
    '<?xml version="1.0"?><Error><Code>NoSuchKey</Code></Error>',
    'is XML: a storage service may have answered with an error',
    ['<?xml version="1.0"?><Error><Code>NoSuchKey</Code></Error>'],
  ],
  ['bytes that are not UTF-8', Uint8Array.of(0xff, 0xfe, 0x41), 'is not UTF-8 text', []],
  ['only comments', '# nothing here\n', 'has no object in it', []],
  [
    'a body that was cut',
    `${map('a')}data:\n  key: "half`,
    'is not YAML: Missing closing "quote',
    ['document 1, line 5, column 13'],
  ],
  [
    'a duplicate key',
    `${map('a')}kind: Pod\n`,
    'has the key kind twice',
    ['document 1, line 2, column 1', 'document 1, line 4, column 1'],
  ],
  [
    'a missing kind',
    `${map('a')}---\napiVersion: v1\nmetadata: {name: b}\n`,
    'has something that is not a Kubernetes object',
    ['document 2, line 5, column 1: kind is missing or not text'],
  ],
  [
    'a name that is a number',
    'apiVersion: v1\nkind: Pod\nmetadata: {name: 1}\n',
    'has something that is not a Kubernetes object',
    ['document 1, line 1, column 1: metadata.name is missing or not text'],
  ],
  [
    'text',
    'just words\n',
    'has something that is not a Kubernetes object',
    ['document 1, line 1, column 1: it is not a map'],
  ],
  [
    'a Secret',
    'apiVersion: v1\nkind: Secret\nmetadata: {name: token}\ndata: {a: c2VjcmV0}\n',
    'has the secret token; secrets in a manifest are refused',
    ['document 1, line 1, column 1'],
  ],
  [
    'the same object twice',
    `${map('a')}---\n${map('a')}`,
    'has configmap/a twice',
    ['document 1, line 1, column 1', 'document 2, line 5, column 1'],
  ],
  [
    'a list without items',
    'apiVersion: v1\nkind: List\n',
    'has a List without items',
    ['document 1, line 1, column 1'],
  ],
  [
    'a key that is a map',
    `${map('a')}data:\n  ? {b: c}\n  : d\n`,
    'has a key that is not text',
    ['document 1, line 5, column 5'],
  ],
]

for (const [what, text, problem, seen] of problems) {
  test(`${what} is refused with its place`, () => {
    const told = refused(text)
    assert.ok(told.problem.startsWith(`the manifest coredns.yaml ${problem}`), told.problem)
    assert.deepEqual(
      (told.seen ?? []).filter((line) => line !== ''),
      seen.filter((line) => line !== ''),
    )
  })
}

test('an alias bomb is refused before it unfolds', () => {
  const lines = ['a: &a [x,x,x,x,x,x,x,x,x]']
  for (const [name, last] of ['ba', 'cb', 'dc', 'ed', 'fe', 'gf', 'hg', 'ih'].map((pair) => [
    pair[0],
    pair[1],
  ])) {
    lines.push(
      `${name ?? ''}: &${name ?? ''} [${Array.from({ length: 9 }, () => `*${last ?? ''}`).join(',')}]`,
    )
  }
  const started = performance.now()
  assert.match(refused(map('a') + lines.join('\n')).problem, /looks like an alias bomb/)
  assert.ok(performance.now() - started < 1_000)
})

test('a body beyond the limit is refused unread', () => {
  const told = refused(Buffer.alloc(2_000, 'a'), { ...MANIFEST_LIMITS, bytes: 1_000 })
  assert.equal(told.problem, 'the manifest coredns.yaml is larger than 1000 bytes')
})

test('too many objects are refused', () => {
  const told = refused(Array.from({ length: 4 }, (_, i) => map(`m${String(i)}`)).join('---\n'), {
    ...MANIFEST_LIMITS,
    objects: 3,
  })
  assert.equal(told.problem, 'the manifest coredns.yaml has more than 3 objects')
})

test('a typed list is taken apart, its items without a kind of their own too', () => {
  const objects = parse('apiVersion: v1\nkind: ConfigMapList\nitems: [{metadata: {name: a}}]\n')
  assert.deepEqual(objects, [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } }])
})

test('what a server writes is left out of an exported object, and said once', () => {
  const exported = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name: 'a',
      ...{ uid: 'u', resourceVersion: '1', generation: 2, creationTimestamp: 't', selfLink: '/a' },
      managedFields: [{ manager: 'm' }],
      annotations: {
        'kubectl.kubernetes.io/last-applied-configuration': '{}',
        'deployment.kubernetes.io/revision': '1',
        kept: 'yes',
      },
    },
    spec: { template: { metadata: { creationTimestamp: null, labels: { a: 'b' } } } },
    status: { replicas: 1 },
  }
  const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [exported] })
  const { objects, leftOut } = readManifest(Buffer.from(list), 'coredns.yaml')
  assert.deepEqual(objects, [
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'a', annotations: { kept: 'yes' } },
      spec: { template: { metadata: { labels: { a: 'b' } } } },
    },
  ])
  assert.equal(
    leftOut,
    'metadata.managedFields, metadata.resourceVersion, metadata.generation, metadata.uid, ' +
      'metadata.creationTimestamp, metadata.selfLink, status, ' +
      'annotation kubectl.kubernetes.io/last-applied-configuration, ' +
      'annotation deployment.kubernetes.io/revision (deployment.apps/a)',
  )
  assert.equal(readManifest(Buffer.from(map('a')), 'coredns.yaml').leftOut, null)
})

test('what controllers make out of an export’s other objects is left out, and owners elsewhere too', () => {
  const made = (kind: string, apiVersion: string, owner: string) => ({
    ...{ apiVersion, kind },
    metadata: {
      name: `${kind.toLowerCase()}-a`,
      namespace: 'n',
      ownerReferences: [{ apiVersion: 'v1', kind: owner, name: 'a', uid: 'u', controller: true }],
    },
  })
  const named = (kind: string, apiVersion: string, more = {}) => ({
    ...{ apiVersion, kind },
    ...{ metadata: { name: 'a', namespace: 'n' }, ...more },
  })
  const service = named('Service', 'v1', { spec: { selector: { k: 'v' } } })
  const others = [
    made('ReplicaSet', 'apps/v1', 'Deployment'),
    made('Pod', 'v1', 'ReplicaSet'),
    made('EndpointSlice', 'discovery.k8s.io/v1', 'Service'),
    named('Endpoints', 'v1'),
  ]
  const operated = made('Deployment', 'apps/v1', 'DNS')
  const list = { apiVersion: 'v1', kind: 'List', items: [...others, service, operated] }
  const { objects, leftOut } = readManifest(Buffer.from(JSON.stringify(list)), 'coredns.yaml')
  assert.deepEqual(objects, [
    service,
    { ...operated, metadata: { name: 'deployment-a', namespace: 'n' } },
  ])
  assert.equal(
    leftOut,
    'metadata.ownerReferences (deployment.apps/deployment-a); replicaset.apps/replicaset-a, ' +
      'pod/pod-a, endpointslice.discovery.k8s.io/endpointslice-a, endpoints/a (made out of others)',
  )
  const byHand = JSON.stringify(named('Endpoints', 'v1'))
  assert.equal(parse(byHand).length, 1)
  const pods = JSON.stringify({ ...list, items: others.slice(0, 3) })
  assert.match(refused(pods).problem, /has only objects that others make$/)
})

test('JSON may be a stream of objects, and the place of a fault is that of the file', () => {
  const object = (name: string) =>
    `{"apiVersion": "v1", "kind": "Pod",\n"metadata": {"name": ${name}}}`
  const names = (text: string) => parse(text).map(({ metadata }) => metadata.name)
  assert.deepEqual(names(`${object('"a{"')}\n${object('"b"')}`), ['a{', 'b'])
  assert.deepEqual(names(`${object('"a"')}\n---\n${object('"b\\"}"')}\n---\n`), ['a', 'b"}'])
  assert.deepEqual(refused(`${object('"a"')}\n${object('1')}`).seen, [
    'document 2, line 3, column 1: metadata.name is missing or not text',
  ])
  assert.match(refused(`${object('"a"')}\n{"half": [`).problem, /is not YAML/)
})

test('files that were joined may each have a mark of byte order, and ends of lines of Windows', () => {
  const text = `\uFEFF${map('a')}---\n\uFEFF${map('b')}data:\n  Corefile: |\n    . {\n    }\n`
  assert.deepEqual(parse(text.replaceAll('\n', '\r\n')), parse(text.replaceAll('\uFEFF', '')))
})

const TEMPLATE = 'is a template whose placeholders are not filled in'
const service = (address: string): string =>
  `apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec:\n  clusterIP: ${address}\n`
const corefile = (line: string): string =>
  `${map('a')}data:\n  Corefile: |\n    .:53 {\n      ${line}\n    }\n`

const templates: readonly (readonly [text: string, seen: string])[] = [
  [service('{{ .Values.ip }}'), 'line 5: clusterIP: {{ .Values.ip }}'],
  [service('"{{ .Values.ip }}"'), 'line 5: {{ .Values.ip }}'],
  [service('${DNS_IP}'), 'line 5: ${DNS_IP}'],
  [service('$(DNS_IP)'), 'line 5: $(DNS_IP)'],
  [service('$DNS_SERVER_IP'), 'line 5: $DNS_SERVER_IP'],
  [service('__DNS__SERVER__'), 'line 5: __DNS__SERVER__'],
  [service('CLUSTER_DNS_IP'), 'line 5: CLUSTER_DNS_IP'],
  [service('<your address>'), 'line 5: <your address>'],
  [service('MY_ADDRESS'), 'line 5: MY_ADDRESS'],
  [service('%{CLUSTER_DNS}%'), 'line 5: clusterIP: %{CLUSTER_DNS}%'],
  [corefile('kubernetes %{CLUSTER_DOMAIN}%'), 'line 7: %{CLUSTER_DOMAIN}%'],
  [corefile('kubernetes CLUSTER_DOMAIN REVERSE_CIDRS'), 'line 7: CLUSTER_DOMAIN'],
  [corefile('kubernetes __DNS__DOMAIN__'), 'line 7: __DNS__DOMAIN__'],
  [corefile('kubernetes $DNS_DOMAIN'), 'line 7: $DNS_DOMAIN'],
  [corefile('kubernetes {{ dns_domain }} in-addr.arpa'), 'line 7: {{ dns_domain }}'],
  [corefile('kubernetes {{ KubeDNS.Domain }}. ip6.arpa'), 'line 7: {{ KubeDNS.Domain }}'],
  [corefile('kubernetes {{ .ClusterDomain }}'), 'line 7: {{ .ClusterDomain }}'],
  [corefile('cache {{ ttl | default(5) }}'), 'line 7: {{ ttl | default(5) }}'],
  [corefile('{% if dns_etchosts %}'), 'line 7: {% if dns_etchosts %}'],
  [corefile('forward . {{ .Values.upstream }}'), 'line 7: {{ .Values.upstream }}'],
  [`{{- if .Values.rbac }}\n${map('a')}{{- end }}\n`, 'line 1: {{- if .Values.rbac }}'],
]
for (const [text, seen] of templates) {
  test(`a placeholder is called one, with its line: ${seen}`, () => {
    const told = refused(text)
    assert.equal(told.problem, `the manifest coredns.yaml ${TEMPLATE}`)
    assert.equal(told.seen?.[0], seen)
  })
}

test('what a Corefile and Kubernetes expand themselves is no placeholder', () => {
  for (const line of [
    'answer "{{ .Name }} 60 IN A {{ .Type }}"',
    'answer "{{ .Name }} 60 IN A {{if .Zone}}10.0.0.1{{else}}{{ .Group.a }}{{end}}"',
    'forward . {%UPSTREAM%}',
    'forward . {$UPSTREAM}',
    'rewrite name regex (.*)$ a',
  ])
    assert.equal(parse(corefile(line)).length, 1)
  const pod = 'apiVersion: v1\nkind: Pod\nmetadata: {name: a, annotations: {a: "{{ b }}"}}\n'
  const spec =
    'spec: {containers: [{args: ["$(POD_IP)", "${HOME}"], env: [{name: A_B, value: "$(C)"}]}]}\n'
  assert.equal(parse(pod + spec).length, 1)
})
