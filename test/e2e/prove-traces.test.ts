import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { parseAllDocuments } from 'yaml'
import { type Json, type JsonObject, listAt, textAt } from '../../lib/core/json.ts'
import { allow, refuse } from './admission.ts'
import { type Audited, auditedSince, auditMark, isWriting } from './audit.ts'
import {
  assertNoProbes,
  deploy,
  hopsIn,
  lab,
  probes,
  proofsIn,
  prove,
  startProve,
  toldIn,
  untilServers,
  WORKERS,
} from './dns-cluster.ts'
import { DEPLOYMENTS, listOf, objectsOf } from './dns-deployments.ts'
import { assertCode, changesOf, endOf } from './events.ts'
import { inventory, LAB } from './inventory.ts'
import { kubectl, labDown, layout, probeImage } from './lab.ts'
import { noLab } from './no-lab.ts'
import { run } from './program.ts'
import { eventually } from './wait.ts'

/** What `prove` writes, may write and leaves behind. */
const skip = noLab
const FILE = inventory({ size: '1+2' })
const AUDIT = `${layout.logs}/${LAB}m0/audit.log`
const [W0, W1] = WORKERS
let folder = ''

before(async () => {
  if (noLab !== false) return
  folder = await mkdtemp(join(tmpdir(), 'hardway-traces-'))
  await labDown()
  assertCode(await lab(FILE, 'up'), 0)
  await deploy(objectsOf(DEPLOYMENTS.kubeadm))
  await untilServers('kube-dns', 'kube-system', 2)
})

after(async () => {
  if (noLab !== false) return
  await rm(folder, { recursive: true, force: true })
  await labDown()
})

test('for people it says proven, and that the probes are gone', { skip }, async () => {
  const { code, stdout } = await startProve().ended
  assert.equal(code, 0, stdout)
  assert.match(
    stdout,
    /^\[prove\/dns-service\] proven: 10\.32\.0\.10, service\/kube-dns in kube-system$/m,
  )
  assert.match(stdout, /^Proven in .*: 1 changed, 3 as wanted\.$/m)
  assert.match(stdout, /^The probes were taken away\.$/m)
  assert.doesNotMatch(stdout, /unchanged/)
})

test('a dry run shows the probes and writes nothing', { skip }, async () => {
  const mark = await auditMark([AUDIT])
  const ended = await prove(['--dry-run'])
  assertCode(ended, 0)
  assert.deepEqual(
    changesOf(ended)['prove-probes']?.map(({ action }) => action),
    ['create', 'create'],
  )
  assert.deepEqual((await auditedSince(mark)).filter(isWriting), [])
})

test(
  'without probes nothing is written, and it is said what is not proven then',
  { skip },
  async () => {
    const mark = await auditMark([AUDIT])
    const ended = await prove(['--no-probes'])
    assertCode(ended, 0)
    assert.equal(
      proofsIn(ended)['dns-from-everywhere'],
      '2 servers, past the network: 10 of 10 answered; not proven: the Service, the way from pods to the servers, resolv.conf and names',
    )
    assert.deepEqual((await auditedSince(mark)).filter(isWriting), [])
  },
)

test('Ctrl-C takes the probes away', { skip }, async () => {
  const running = startProve(['--json'])
  await running.seen((event) => event.type === 'step-progress' && event.step === 'prove-probes')
  running.kill('SIGINT')
  assertCode(await running.ended, 130)
  await assertNoProbes()
})

test('probes of one that was killed are taken away by the next', { skip }, async () => {
  const running = startProve(['--json'])
  await running.seen(
    (event) => event.type === 'step-started' && event.step === 'dns-from-everywhere',
  )
  running.kill('SIGKILL')
  await running.ended
  assert.notEqual(await probes(), '')
  const next = await prove()
  assertCode(next, 0)
  assert.match(
    endOf(next).notes.join('\n'),
    /^Probes that an earlier prove had left were removed\.$/m,
  )
  await assertNoProbes()
})

test(
  'what another machine has left goes once its time is over; what is at work there stays',
  { skip },
  async () => {
    const image = await probeImage()
    const pod = (name: string, argv: readonly string[]): JsonObject => ({
      ...{ apiVersion: 'v1', kind: 'Pod' },
      metadata: { name, namespace: 'default', labels: { app: 'hardway-prove-probe' } },
      spec: {
        ...{ restartPolicy: 'Never', terminationGracePeriodSeconds: 0 },
        containers: [{ name: 'probe', image, imagePullPolicy: 'IfNotPresent', command: argv }],
      },
    })
    const left = [pod('left-over', ['sh', '-c', 'exit 0']), pod('left-at-work', ['sleep', '600'])]
    await kubectl(['apply', '-f', '-'], listOf(left))
    await eventually('the first to have ended', async () => {
      const phase = ['get', 'pod', 'left-over', '-o', 'jsonpath={.status.phase}']
      return (await kubectl(phase)).trim() === 'Succeeded'
    })
    const [one, two] = await Promise.all([prove(), prove([], { state: 'another' })])
    assertCode(one, 0)
    assertCode(two, 0)
    assert.equal(await probes(), 'pod/left-at-work\n')
    await kubectl(['delete', 'pod', 'left-at-work', '--now'])
  },
)

test(
  'a restricted namespace takes the probes; one that refuses them is told',
  { skip },
  async () => {
    const level = 'pod-security.kubernetes.io/enforce=restricted'
    await kubectl(['create', 'namespace', 'tight'])
    await kubectl(['label', 'namespace', 'tight', level])
    const restricted = await prove(['--namespace', 'tight'])
    assertCode(restricted, 0)
    await refuse({ resource: 'pods', when: "request.namespace == 'tight'" })
    const refused = await prove(['--namespace', 'tight'])
    await allow()
    assertCode(refused, 1)
    assert.match(toldIn(refused), /refused by the e2e tests/)
    const absent = await prove(['--namespace', 'nowhere'])
    assertCode(absent, 1)
    assert.match(toldIn(absent), /namespaces "nowhere" not found/)
    await kubectl(['delete', 'namespace', 'tight', '--wait=false'])
  },
)

test(
  'a node whose probe does not start is told with the reason, the others are proven',
  { skip },
  async () => {
    const image = 'example.test/busybox:on-one-node'
    const tag = ['ctr', '-n', 'k8s.io', 'images', 'tag', await probeImage(), image]
    assertCode(await run(['lab', '--inventory', FILE, 'shell', W0, ...tag]), 0)
    const ended = await prove(['--image', image])
    assertCode(ended, 0)
    const proven = proofsIn(ended)['dns-from-everywhere'] ?? ''
    assert.match(
      proven,
      new RegExp(`^1 worker, .*; not proven from ${W1}: its probe does not run: ErrImage`),
    )
    const nowhere = await prove(['--image', 'example.test/busybox:on-none'])
    assertCode(nowhere, 1)
    assert.match(toldIn(nowhere), /DNS could not be asked from any node/)
    await assertNoProbes()
  },
)

const USER = 'system:serviceaccount:default:prover'

/** What the role that is printed allows, as `verb resource`. */
function allowedBy(roles: readonly JsonObject[]): ReadonlySet<string> {
  const rules = roles.flatMap((role) => listAt(role, 'rules'))
  return new Set(
    rules.flatMap((rule) =>
      textsIn(rule, 'resources').flatMap((resource) =>
        textsIn(rule, 'verbs').map((verb) => `${verb} ${resource}`),
      ),
    ),
  )
}

function textsIn(rule: Json, key: string): readonly string[] {
  return listAt(rule, key).filter((one) => typeof one === 'string')
}

function askedBy(audited: readonly Audited[]): ReadonlySet<string> {
  const asked = audited.flatMap(({ verb, objectRef: { resource, subresource } = {} }) =>
    resource === undefined ? [] : [`${verb} ${[resource, subresource].filter(Boolean).join('/')}`],
  )
  return new Set(asked)
}

/** Rules in their order, what each is for, and what is told without it. */
const WITHOUT: readonly {
  readonly kind: 'clusterrole' | 'role'
  readonly resource: string
  readonly code: number
  readonly told: RegExp
}[] = [
  {
    kind: 'clusterrole',
    resource: 'nodes',
    code: 1,
    told: /may not list Node [^]*cannot be told: from where to prove DNS/,
  },
  {
    kind: 'clusterrole',
    resource: 'nodes/proxy',
    code: 0,
    told: /not told: what kubelets give pods for a DNS server: .*may not/,
  },
  {
    kind: 'clusterrole',
    resource: 'services',
    code: 1,
    told: /may not list Service [^]*cannot be told: which Service/,
  },
  {
    kind: 'clusterrole',
    resource: 'endpointslices',
    code: 0,
    told: /not told: who serves for it: .*may not/,
  },
  {
    kind: 'clusterrole',
    resource: 'daemonsets',
    code: 0,
    told: /not told: what makes its pods: .*may not/,
  },
  { kind: 'clusterrole', resource: 'pods', code: 0, told: /not told: its pods: .*may not/ },
  {
    kind: 'clusterrole',
    resource: 'configmaps',
    code: 0,
    told: /not told: its Corefile: .*may not/,
  },
  {
    kind: 'clusterrole',
    resource: 'pods/portforward',
    code: 0,
    told: /not proven coredns-.* past the network: .*may not/,
  },
  {
    kind: 'clusterrole',
    resource: 'namespaces',
    code: 0,
    told: /not told: which cluster this is: .*may not/,
  },
  { kind: 'role', resource: 'pods', code: 1, told: /may not/ },
  {
    kind: 'role',
    resource: 'pods/exec',
    code: 1,
    told: /could not be asked from any node[^]*may not/,
  },
]

test('the least rights that it prints suffice, and no other is used', { skip }, async () => {
  const printed = (await run(['prove', '--rbac'])).stdout
  const roles = parseAllDocuments(printed.replaceAll('USER', USER)).map(
    (one) => one.toJS() as JsonObject,
  )
  await kubectl(['apply', '-f', '-'], listOf(roles))
  await kubectl(['create', 'serviceaccount', 'prover'])
  const kubeconfig = join(folder, 'prover')
  await writeFile(kubeconfig, await kubectl(['config', 'view', '--raw', '--flatten']))
  const set = ['--kubeconfig', kubeconfig, 'config']
  const token = (await kubectl(['create', 'token', 'prover'])).trim()
  await kubectl([...set, 'set-credentials', 'prover', `--token=${token}`])
  await kubectl([...set, 'set-context', '--current', '--user=prover'])

  const mark = await auditMark([AUDIT])
  assertCode(await prove([], { kubeconfig }), 0)
  await kubectl(['scale', 'deployment', 'coredns', '-n', 'kube-system', '--replicas=0'])
  assertCode(await prove([], { kubeconfig }), 4)
  await kubectl(['scale', 'deployment', 'coredns', '-n', 'kube-system', '--replicas=2'])
  await untilServers('kube-dns', 'kube-system', 2)
  const allowed = allowedBy(roles)
  // What everybody may ask, whatever their rights are.
  const beyond = [...askedBy(await auditedSince(mark))].filter(
    (one) => !allowed.has(one) && !one.endsWith('reviews'),
  )
  assert.deepEqual(beyond, [])

  for (const { kind, resource, code, told } of WITHOUT) {
    const role = roles.find((one) => textAt(one, 'kind')?.toLowerCase() === kind)
    assert.ok(role)
    const rules = listAt(role, 'rules').filter((rule) => {
      const resources = textsIn(rule, 'resources')
      return !resources.includes(resource) || resources.includes('events')
    })
    await kubectl(['apply', '-f', '-'], JSON.stringify({ ...role, rules }))
    const ended = await prove([], { kubeconfig })
    const words = [...hopsIn(ended), ...Object.values(proofsIn(ended)), toldIn(ended), ended.stderr]
    assert.equal(ended.code, code, `${resource}: ${words.join('\n')}`)
    assert.match(words.join('\n'), told)
    await kubectl(['apply', '-f', '-'], JSON.stringify(role))
    await assertNoProbes()
  }
})
