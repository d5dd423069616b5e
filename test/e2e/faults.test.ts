import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { textAt } from '../../lib/core/json.ts'
import { allow, refuse } from './admission.ts'
import { assertCode, endings, failureOf, ofType } from './events.ts'
import { inventory, LAB, NETWORK } from './inventory.ts'
import { auditMark, changesSince } from './audit.ts'
import { applyAs, kubectl, labBack, labStatus, labUp, live, OBJECTS, tryKubectl } from './lab.ts'
import { noLab } from './no-lab.ts'
import { manifestServer } from './manifest-server.ts'
import { chapterObjects } from './prior-state.ts'
import { output, run } from './program.ts'
import { eventually } from './wait.ts'

/**
 * Each step of the chapter fails once, by a fault of the real world: it says so, gives back what it
 * had begun, and once the fault is mended `--resume` goes on and finishes.
 */
const skip = noLab
const server = await manifestServer()
const PATIENT = inventory({ manifestUrl: server.url })
/** Waits are left out of what tells inventories apart, so that a run may be resumed with others. */
const HASTY = inventory({ manifestUrl: server.url, limits: { pods: 5, lookup: 3, endpoints: 3 } })

before(async () => {
  if (noLab === false) await labUp()
})

after(async () => {
  server.close()
  if (noLab === false) await labBack()
})

test('download-manifest: another body than the pinned one', { skip }, async () => {
  await startFrom('nothing')
  const { body } = server
  server.body = '<html>please log in</html>'
  const { explanation, undone } = await failing('download-manifest')
  assert.match(explanation.problem, /web page instead of a manifest/)
  assert.match(explanation.cause ?? '', /proxy|login/)
  assert.match(undone.join(), /coredns\.yaml removed/)
  server.body = body
  await resumed()
  await rolledBack()
})

test('apply-manifest: a field belongs to somebody else', { skip }, async () => {
  await startFrom('nothing')
  await applyAs('other', corefile('.:53 {\n    errors\n}\n'))
  const mark = await auditMark((await labStatus(PATIENT)).auditLogs)
  const { explanation, undone } = await failing('apply-manifest')
  const said = [explanation.problem, ...(explanation.seen ?? [])].join('\n')
  assert.match(said, /configmap\/coredns/)
  assert.match(said, /Corefile/)
  assert.match(said, /\bother\b/)
  assert.deepEqual(undone, [])
  assert.deepEqual(await changesSince(mark), [])
  await kubectl(['delete', 'configmap', 'coredns', '-n', 'kube-system'])
  await resumed()
  await rolledBack()
})

test('apply-manifest: refused after five of six objects', { skip }, async () => {
  await startFrom('nothing')
  // No plan can see it: a dry-run of the same request is let through.
  await refuse({
    resource: 'services',
    when: "request.name == 'kube-dns' && request.dryRun == false",
  })
  const { explanation, undone } = await failing('apply-manifest')
  assert.match(
    [explanation.problem, ...(explanation.seen ?? [])].join('\n'),
    /refused by the e2e tests/,
  )
  for (const what of ['serviceaccount', 'clusterrole', 'configmap', 'deployment']) {
    assert.match(undone.join('\n'), new RegExp(`${what}\\S*/\\S*coredns`))
  }
  for (const [kind, name, namespace] of OBJECTS) {
    assert.equal(await live(kind, name, namespace), null, `${kind}/${name}`)
  }
  await allow()
  await resumed()
})

test('coredns-pods: no worker takes them', { skip }, async () => {
  await startFrom('done')
  await kubectl(['cordon', `${LAB}w0`])
  await kubectl(['delete', 'pods', '-n', 'kube-system', '-l', 'k8s-app=kube-dns', '--wait=false'])
  const { explanation, undone } = await failing('coredns-pods')
  assert.match((explanation.seen ?? []).join('\n'), /unschedulable/)
  assert.deepEqual(undone, [])
  await kubectl(['uncordon', `${LAB}w0`])
  await resumed()
})

test('busybox-pod: another pod has its name', { skip }, async () => {
  await startFrom('done')
  await kubectl(['delete', 'pod', 'busybox'])
  await kubectl(['run', 'busybox', '--image=example.org/another:1'])
  const { explanation } = await failing('busybox-pod')
  assert.match(explanation.problem, /busybox exists .* and is another one/)
  assert.match(explanation.remedy, /kubectl delete pod busybox/)
  assert.equal(
    textAt((await live('pod', 'busybox')) ?? undefined, 'spec', 'containers', 0, 'image'),
    'example.org/another:1',
    'it is left alone',
  )
  await kubectl(['delete', 'pod', 'busybox', '--now'])
  await resumed()
})

test('pod-name: two pods have its label', { skip }, async () => {
  await startFrom('done')
  await kubectl(['run', 'another', '--image=example.org/another:1', '--labels=run=busybox'])
  const { explanation } = await failing('pod-name')
  assert.match((explanation.seen ?? []).join('\n'), /2 pods .* have the label run=busybox/)
  await kubectl(['delete', 'pod', 'another', '--now'])
  await resumed()
})

test('lookup-kubernetes: a firewall eats the questions', { skip }, async () => {
  await startFrom('done')
  const drop = ['FORWARD', '-p', 'udp', '--dport', '53', '-j', 'DROP']
  await onWorker('iptables', '-I', ...drop)
  try {
    const { explanation } = await failing('lookup-kubernetes')
    // Whether nslookup gives up first or the limit ends it, it has heard nothing.
    assert.match((explanation.seen ?? []).join('\n'), /no answer|it printed nothing/)
    assert.equal(explanation.verdict?.code, 'D10')
  } finally {
    await onWorker('iptables', '-D', ...drop)
  }
  await resumed()
})

test('kubernetes-service: it has another address than the first', { skip }, async () => {
  await startFrom('done')
  try {
    await kubernetesAt('10.32.0.77')
    const { explanation } = await failing('kubernetes-service')
    assert.match(explanation.problem, /10\.32\.0\.77, not 10\.32\.0\.1/)
  } finally {
    // Also where it did not fail as expected: the tests after this one need it.
    await kubernetesAt('10.32.0.1')
  }
  await resumed()
})

test('kubernetes-endpoints: one that is no controller', { skip }, async () => {
  await startFrom('done')
  // Else an API server would put its endpoints right by itself.
  await refuse({
    group: 'discovery.k8s.io',
    resource: 'endpointslices',
    when: "request.name == 'kubernetes' && request.userInfo.username == 'system:apiserver'",
  })
  const endpoints = ['200', '201'].map((host) => ({
    addresses: [`${NETWORK}.${host}`],
    conditions: { ready: true },
  }))
  const patch = JSON.stringify({ endpoints })
  await kubectl(['patch', 'endpointslice', 'kubernetes', '--type=merge', '-p', patch])
  const { explanation } = await failing('kubernetes-endpoints')
  assert.match(
    (explanation.seen ?? []).join('\n'),
    new RegExp(`${NETWORK}\\.201:6443 is among the endpoints`),
  )
  await allow()
  await resumed()
})

test('resolv-conf: the pod was told other settings', { skip }, async () => {
  await startFrom('done')
  const image = textAt(
    (await live('pod', 'busybox')) ?? undefined,
    'spec',
    'containers',
    0,
    'image',
  )
  await kubectl(['delete', 'pod', 'busybox', '--now'])
  const searches = ['default.svc.cluster.local', 'svc.cluster.local', 'cluster.local']
  const options = [{ name: 'ndots', value: '2' }]
  const spec = {
    containers: [{ name: 'busybox', image, command: ['sleep', '3600'] }],
    dnsPolicy: 'None',
    dnsConfig: { nameservers: ['10.32.0.10'], searches, options },
  }
  const metadata = { name: 'busybox', labels: { run: 'busybox' } }
  await kubectl(
    ['create', '-f', '-'],
    JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata, spec }),
  )
  const { explanation } = await failing('resolv-conf', PATIENT)
  assert.match((explanation.seen ?? []).join('\n'), /ndots/)
  await kubectl(['delete', 'pod', 'busybox', '--now'])
  await resumed()
})

test(
  'verify names what drifted: an object that is gone, a field, a pod, a daemon',
  { skip },
  async () => {
    await startFrom('done')
    assertCode(await verified(), 0)

    await kubectl(['delete', 'configmap', 'coredns', '-n', 'kube-system'])
    const gone = await verified()
    assertCode(gone, 3)
    assert.deepEqual(driftOf(gone, 'apply-manifest'), ['create configmap/coredns'])
    assertCode(await run(['--json', '--inventory', PATIENT]), 0)

    // One that serves as well: CoreDNS may load it, and takes its time to load the next.
    await applyAs('editor', corefile(CHAPTERS.replace('.:53 {', '.:53 { # edited')))
    const edited = await verified()
    assertCode(edited, 3)
    assert.match(edited.stdout, /\.data\.Corefile/)
    assert.match(edited.stdout, /"owner":"editor"/)
    await kubectl(['delete', 'configmap', 'coredns', '-n', 'kube-system'])
    assertCode(await run(['--json', '--inventory', PATIENT]), 0)

    await kubectl(['scale', 'deployment', 'coredns', '-n', 'kube-system', '--replicas=1'])
    const scaled = await verified()
    assertCode(scaled, 3)
    assert.match(driftText(scaled), /\.spec\.replicas/)
    await kubectl(['delete', 'deployment', 'coredns', '-n', 'kube-system'])
    assertCode(await run(['--json', '--inventory', PATIENT]), 0)

    await kubectl(['delete', 'pod', 'busybox', '--now'])
    const podless = await verified()
    assert.deepEqual(driftOf(podless, 'busybox-pod'), ['create pod/busybox'])
    assertCode(await run(['--json', '--inventory', PATIENT]), 0)

    const status = await labStatus(PATIENT)
    const proxy = status.hosts
      .flatMap(({ processes }) => processes)
      .find(({ name }) => name === 'kube-proxy')
    assert.ok(proxy?.pid)
    process.kill(proxy.pid, 'SIGKILL')
    const dead = await verified()
    assertCode(dead, 3)
    assert.match(driftOf(dead, 'start-workers').join(), new RegExp(`kube-proxy on ${LAB}w0`))
    assertCode(await run(['--json', '--inventory', PATIENT]), 0)
  },
)

test('verify tells not healthy from drifted', { skip }, async () => {
  await startFrom('done')
  await kubectl(['cordon', `${LAB}w0`])
  await kubectl(['delete', 'pods', '-n', 'kube-system', '-l', 'k8s-app=kube-dns', '--wait=false'])
  const unhealthy = await run(['verify', '--json', '--inventory', HASTY])
  assertCode(unhealthy, 4)
  assert.equal(endings(unhealthy)['coredns-pods'], 'failed')
  await kubectl(['uncordon', `${LAB}w0`])
  await kubectl(['rollout', 'status', 'deployment', 'coredns', '-n', 'kube-system'])
  assertCode(await verified(), 0)
  left = 'done'
})

/** A run that fails at exactly this step, and says how to go on. */
async function failing(step: string, file = HASTY) {
  const failed = await run(['--json', '--inventory', file])
  const failure = failureOf(failed, step)
  assert.notEqual(failure.explanation.problem, '')
  assert.notEqual(failure.explanation.remedy, '')
  assert.match(failure.goOn ?? '', /--resume/)
  assert.ok(failed.stderr.includes(failure.explanation.problem), 'people are told on stderr')
  return failure
}

/** What the test before has left of the chapter, where it ended as meant; the first one finds nothing. */
let left: 'nothing' | 'done' | undefined = 'nothing'

async function startFrom(wanted: 'nothing' | 'done'): Promise<void> {
  if (left !== wanted && wanted === 'nothing') await rolledBack()
  if (left !== wanted && wanted === 'done')
    assertCode(await run(['--json', '--inventory', PATIENT]), 0)
  left = undefined
}

async function resumed(): Promise<void> {
  const ended = await run(['--resume', '--json', '--inventory', PATIENT])
  assertCode(ended, 0)
  assert.equal(endings(ended)['resolv-conf'] === undefined, false)
  left = 'done'
}

async function rolledBack(): Promise<void> {
  assertCode(await run(['rollback', '--json', '--inventory', PATIENT]), 0)
  left = 'nothing'
}

function verified() {
  return run(['verify', '--json', '--inventory', PATIENT])
}

function driftOf(ended: Awaited<ReturnType<typeof run>>, step: string): readonly string[] {
  return ofType(ended, 'step-drifted')
    .filter((event) => event.step === step)
    .flatMap(({ changes }) => changes.map(({ action, what }) => `${action} ${what}`))
}

function driftText(ended: Awaited<ReturnType<typeof run>>): string {
  return JSON.stringify(ofType(ended, 'step-drifted').map(({ changes }) => changes))
}

const CHAPTERS =
  (await chapterObjects()).flatMap((one) => textAt(one, 'data', 'Corefile') ?? [])[0] ?? ''

function corefile(text: string): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'coredns', namespace: 'kube-system' },
    data: { Corefile: text },
  })
}

function onWorker(...argv: readonly string[]): Promise<string> {
  return output(process.execPath, [
    'run.ts',
    '--inventory',
    PATIENT,
    'lab',
    'shell',
    `${LAB}w0`,
    ...argv,
  ])
}

const NAME = 'kubernetes.default.svc.cluster.local'

/** Gives the Service another address, and waits until each CoreDNS pod has forgotten the one before. */
async function kubernetesAt(address: string): Promise<void> {
  const ports = [{ name: 'https', port: 443, protocol: 'TCP', targetPort: 6443 }]
  const metadata = { name: 'kubernetes', namespace: 'default' }
  const service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { ...metadata, labels: { component: 'apiserver', provider: 'kubernetes' } },
    spec: { clusterIP: address, ports },
  }
  // An API server recreates it by itself, with the first address; only one of the two is quicker.
  await eventually(`kubernetes at ${address}`, async () => {
    await tryKubectl(['delete', 'service', 'kubernetes'])
    await tryKubectl(['create', '-f', '-'], JSON.stringify(service))
    const made = await live('service', 'kubernetes', 'default')
    return textAt(made ?? undefined, 'spec', 'clusterIP') === address
  })
  const servers = (
    await kubectl([
      'get',
      'pods',
      '--namespace=kube-system',
      '--selector=k8s-app=kube-dns',
      '--output=jsonpath={.items[*].status.podIP}',
    ])
  ).split(' ')
  for (const server of servers) {
    await eventually(`the name kubernetes at ${address}, says ${server}`, async () => {
      const asked = await tryKubectl(['exec', 'busybox', '--', 'nslookup', NAME, server])
      return asked.stdout.split('\n').some((line) => line.trim() === `Address: ${address}`)
    })
  }
}
