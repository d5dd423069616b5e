import type { Matrix } from '../../lib/core/look-data.ts'
import assert from 'node:assert/strict'
import test from 'node:test'
import type { Looking, Scene } from '../../lib/evidence/channel.ts'
import { probePodObject, PROBES } from '../../lib/dns/probe-pods.ts'
import { itemsOf, type Evidence, valueOf } from '../../lib/evidence/evidence.ts'
import { gather } from '../../lib/evidence/gather.ts'
import type { Clock } from '../../lib/core/clock.ts'
import type { ClusterReader, KubeObject } from '../../lib/ports/cluster.ts'
import { hostProbeObject } from '../../lib/dns/host-probes.ts'
import { StepError } from '../../lib/core/errors.ts'
import type { Barrier, HostReader } from '../../lib/ports/host.ts'
import type { ProberRequest } from '../../lib/ports/prober-commands.ts'
import { layoutOf } from '../../lib/lab/layout.ts'
import { fakeCluster } from '../fakes/cluster.ts'
import { fakeHost } from '../fakes/host.ts'
import { smallInventory } from '../fakes/lab-world.ts'
import { readOnlyCluster, readOnlyHost } from '../fakes/read-only.ts'
import { failureOf } from '../diagnosis/evidence.ts'

const FAILED = {
  failure: failureOf('lookup-kubernetes', 'no answer', ['timed out']),
  data: {},
}

const LAB: Scene = {
  inventory: smallInventory,
  layout: layoutOf('lab'),
  probes: PROBES,
  has: () => true,
}
const ELSEWHERE: Scene = {
  inventory: {
    ...smallInventory,
    target: { kind: 'cluster', kubeconfig: '/home/me/.kube/config', context: 'mine' },
  },
  layout: null,
  probes: PROBES,
  has: () => true,
}

/** Time that passes when the test lets it. */
function heldClock(): Clock & { pass(): void } {
  const passed = Promise.withResolvers<undefined>()
  return {
    now: () => new Date(0),
    sleep: (_, signal) =>
      new Promise((resolve, reject) => {
        void passed.promise.then(resolve)
        signal.addEventListener('abort', () => {
          reject(signal.reason as Error)
        })
      }),
    pass: () => {
      passed.resolve(undefined)
    },
  }
}

/** Ports that count what they are asked. */
function counting<T extends object>(port: T, asked: string[]): T {
  return new Proxy(port, {
    get(target, key) {
      const method: unknown = Reflect.get(target, key)
      if (typeof method !== 'function') return method
      return (...args: unknown[]): unknown => {
        asked.push(`${String(key)} ${JSON.stringify(args)}`)
        return Reflect.apply(method, target, args)
      }
    },
  })
}

function looking(parts: Partial<Looking> = {}): Looking {
  return {
    host: readOnlyHost(fakeHost()),
    cluster: readOnlyCluster(fakeCluster()),
    clock: heldClock(),
    ...parts,
  }
}

function darkOf(e: Evidence): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(e).flatMap(([name, channel]: [string, unknown]) =>
      typeof channel === 'object' && channel !== null && 'notLooked' in channel
        ? [[name, String(channel.notLooked)]]
        : [],
    ),
  )
}

test('evidence is plain JSON', async () => {
  const evidence = await gather(looking(), LAB, FAILED)
  assert.deepEqual(JSON.parse(JSON.stringify(evidence)), evidence)
  assert.deepEqual(evidence.failure, FAILED.failure)
})

test('every question is asked once, and none writes', async () => {
  const asked: string[] = []
  const host = counting<HostReader>(readOnlyHost(fakeHost()), asked)
  const cluster = counting<ClusterReader>(readOnlyCluster(fakeCluster()), asked)
  await gather(looking({ host, cluster }), LAB, FAILED)
  assert.ok(asked.length > 10)
  assert.deepEqual(
    asked.filter((question, i) => asked.indexOf(question) !== i),
    [],
  )
})

test('what is slow is not waited for once the hosts tell the cause', async () => {
  const silent = new Promise<never>(() => undefined)
  const whole = fakeCluster()
  const cluster: ClusterReader = {
    ...whole,
    list: (selection) => (selection.kind === 'Service' ? silent : whole.list(selection)),
  }
  // Only short pauses pass: the time of the whole gathering never ends.
  const clock: Clock = {
    now: () => new Date(0),
    sleep: (ms) => (ms < 1_000 ? Promise.resolve() : silent),
  }
  const asked: Evidence[] = []
  const isEnough = (seen: Evidence) => asked.push(seen) > 0
  const evidence = await gather(looking({ cluster, clock }), LAB, FAILED, { isEnough })
  assert.deepEqual(evidence.services, { notLooked: 'the cause was known before it answered' })
  const [seen] = asked
  assert.ok(seen && 'found' in seen.hosts && 'notLooked' in seen.services)
})

test('a question that nobody answers darkens only its own channel', async () => {
  const clock = heldClock()
  const silent = new Promise<never>(() => undefined)
  const whole = fakeCluster()
  const cluster: ClusterReader = {
    ...whole,
    list: (selection) => (selection.kind === 'Service' ? silent : whole.list(selection)),
  }
  const evidence = gather(looking({ cluster, clock }), LAB, FAILED)
  clock.pass()
  const { services, pods } = await evidence
  assert.deepEqual(services, { notLooked: 'no answer within 8 s' })
  assert.deepEqual(pods, { found: [] })
})

test('a server that refuses is why its channels were not looked at', async () => {
  const refuse = (): never => {
    throw new StepError({ problem: 'the API server refuses connections', remedy: 'start it' })
  }
  const cluster = { ...fakeCluster(), list: async () => refuse(), get: async () => refuse() }
  const evidence = await gather(looking({ cluster }), LAB, FAILED)
  const dark = darkOf(evidence)
  for (const channel of ['pods', 'nodes', 'services', 'corefile', 'access', 'logs', 'kubelets']) {
    assert.equal(dark[channel], 'the API server refuses connections')
  }
  assert.equal(itemsOf(evidence.hosts).length, 3)
})

test('the hosts of a cluster elsewhere are not proven from here', async () => {
  const dark = darkOf(await gather(looking(), ELSEWHERE, FAILED))
  assert.equal(dark['hosts'], 'not proven from here: the hosts are not on this machine')
  assert.equal(dark['workerNetworks'], "no probe runs on a worker's own network")
  assert.match(dark['signer'] ?? '', /^not proven from here/)
})

/** A pod that looks at its worker's own network. */
const hostProbe = (worker: string, ready = 'True'): KubeObject => ({
  ...hostProbeObject(worker, 'busybox:1.28'),
  status: { phase: 'Running', conditions: [{ type: 'Ready', status: ready }] },
})

test('elsewhere the probes on the workers’ own networks are asked, those that run, and of a lab none', async () => {
  const asked: string[] = []
  const cluster = fakeCluster({
    objects: [hostProbe('w0'), hostProbe('w1', 'False')],
    exec: ({ pod }, [program = '']) => {
      asked.push(`${pod} ${program}`)
      const lines = { ip: '10.200.0.0/24 dev cnio0\n', grep: '/proc/sys/net/ipv4/ip_forward:0\n' }
      const stdout = Buffer.from(program === 'ip' ? lines.ip : lines.grep)
      return { code: 0, stdout, stderr: '' }
    },
  })
  const look = async (scene: Scene) =>
    (await gather(looking({ cluster: readOnlyCluster(cluster) }), scene, FAILED)).workerNetworks
  const routes = [{ to: '10.200.0.0/24', via: null, dev: 'cnio0' }]
  const network = { found: { routes, mtus: {}, settings: { 'net.ipv4.ip_forward': '0' } } }
  assert.deepEqual(await look(ELSEWHERE), { found: [{ worker: 'w0', network }] })
  assert.deepEqual(asked.toSorted(), ['host-probe-w0 grep', 'host-probe-w0 ip', 'host-probe-w0 ip'])
  assert.deepEqual(await look(LAB), { notLooked: 'the hosts themselves are looked at' })
  assert.equal(asked.length, 3)
})

test('what a later step of the lab makes is not missed before it', async () => {
  const scene: Scene = { ...LAB, has: (part) => ['hosts', 'etcd'].includes(part) }
  const asked: string[] = []
  const cluster = counting(readOnlyCluster(fakeCluster()), asked)
  const evidence = await gather(looking({ cluster }), scene, FAILED)
  const { hosts, apiServers, pods, kubelets } = evidence
  for (const channel of [apiServers, pods, kubelets]) {
    assert.deepEqual(channel, { notLooked: 'no API server was started yet' })
  }
  assert.deepEqual(asked, [])
  for (const host of itemsOf(hosts)) {
    assert.deepEqual(host.network, { notLooked: 'not made yet' })
    const dead = host.dead.map(({ program }) => program)
    assert.deepEqual(dead, host.role === 'controller' ? ['etcd'] : [])
  }
})

test('the logs of a pod that was started again are those of both lives', async () => {
  const cluster = fakeCluster({
    objects: [
      {
        ...{ apiVersion: 'v1', kind: 'Pod' },
        metadata: {
          ...{ name: 'coredns-1', namespace: 'kube-system' },
          labels: { 'k8s-app': 'kube-dns', 'pod-template-hash': 'a' },
          ownerReferences: [{ kind: 'ReplicaSet', name: 'coredns-a', controller: true }],
        },
        spec: { nodeName: 'k8sworker0', containers: [{ name: 'coredns', image: 'coredns:1.6.2' }] },
        status: { containerStatuses: [{ name: 'coredns', restartCount: 1, ready: false }] },
      },
    ],
    logs: () => 'a line\na line\nanother\n',
  })
  const { logs } = await gather(looking({ cluster }), LAB, FAILED)
  const lines = ['a line', 'another']
  assert.deepEqual(valueOf(logs), [
    { pod: 'coredns-1', previous: false, lines },
    { pod: 'coredns-1', previous: true, lines },
  ])
})

/** Two servers, of which each worker reaches its own. */
const CUT: Matrix = {
  cells: ['w0', 'w1', 'w2'].flatMap((worker) =>
    ['w0', 'w1'].map((node, i) => ({
      worker,
      target: { kind: 'pod', name: `coredns-${node}`, address: `10.200.${String(i)}.2`, node },
      ...{ protocol: 'udp', via: 'pod', asked: 4, answered: worker === node ? 4 : 0 },
      ...{ wrong: [], latencyMs: null },
    })),
  ),
  names: [],
}

test('elsewhere it is asked once of each server whether lost queries have arrived, and not of a lab', async () => {
  const asked: string[] = []
  const cluster = fakeCluster({
    exec: ({ pod }, argv) => {
      asked.push(`${pod} ${argv.join(' ')}`)
      return { code: 1, stdout: Buffer.of(), stderr: '' }
    },
    ask: () => Buffer.from('HTTP/1.0 200 OK\r\n\r\n'),
  })
  const brought = { ...FAILED, data: { matrix: CUT } }
  const look = async (scene: Scene) => {
    asked.length = 0
    const { arrivals } = await gather(
      looking({ cluster: readOnlyCluster(cluster) }),
      scene,
      brought,
    )
    return { arrivals, asked: asked.filter((line) => line.includes('-type=MX')) }
  }
  const name = 'kubernetes.default.svc.cluster.local'
  assert.deepEqual(await look(ELSEWHERE), {
    arrivals: {
      found: [
        { worker: 'w0', pod: 'coredns-w1', address: '10.200.1.2', arrived: 0 },
        { worker: 'w1', pod: 'coredns-w0', address: '10.200.0.2', arrived: 0 },
      ],
    },
    asked: [
      `dns-probe-w0 nslookup -type=MX ${name} 10.200.1.2`,
      `dns-probe-w1 nslookup -type=MX ${name} 10.200.0.2`,
    ],
  })
  assert.deepEqual((await look(LAB)).asked, [])
})

test('elsewhere, at the end, servers are asked from every probe where the step has asked only one', async () => {
  const asked: string[] = []
  const ready = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] }
  const probes = ['w0', 'w1'].map((node) => ({ ...probePodObject(node, 'i'), status: ready }))
  const kubernetes = {
    ...{
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'kubernetes', namespace: 'default' },
    },
    spec: { clusterIP: '10.32.0.1' },
  }
  const cluster = fakeCluster({
    objects: [...probes, kubernetes, ...foreign('Deployment', 'x-coredns', 'kube-system')],
    exec: ({ pod }, argv) => {
      if (argv.some((one) => one.includes('10.32.0.10'))) asked.push(pod)
      return { code: 0, stdout: Buffer.of(), stderr: '' }
    },
  })
  const look = async (scene: Scene, how?: { measures: boolean }) => {
    asked.length = 0
    const ports = looking({ cluster: readOnlyCluster(cluster) })
    const { matrix } = await gather(ports, scene, FAILED, how)
    const lost = valueOf(matrix)?.cells.filter(
      ({ answered, via }) => via === 'pod' && answered === 0,
    )
    return { asked: asked.toSorted(), lost: lost?.length ?? 0 }
  }
  const none = { asked: [], lost: 0 }
  assert.deepEqual(await look(ELSEWHERE, { measures: true }), {
    asked: ['dns-probe-w0', 'dns-probe-w1'],
    lost: 4,
  })
  assert.deepEqual(await look(ELSEWHERE), none)
  assert.deepEqual(await look(LAB, { measures: true }), none)
})

/** Cluster DNS by the names of others, with whatever its Deployment is. */
function foreign(kind: string, name: string, namespace: string): readonly KubeObject[] {
  const labels = { 'app.kubernetes.io/name': 'coredns', 'app.kubernetes.io/instance': name }
  const metadata = { name, namespace, labels }
  const container = {
    ...{ name: 'dns', image: 'coredns/coredns:1.9.3', args: ['-conf', '/etc/dns/Main'] },
    ports: [{ containerPort: 53 }],
    volumeMounts: [{ name: 'config', mountPath: '/etc/dns' }],
  }
  const source = { name: `${name}-config`, items: [{ key: 'corefile', path: 'Main' }] }
  const spec = {
    ...{ serviceAccountName: 'resolver', nodeName: 'k8sworker0' },
    containers: [container, { name: 'sidecar', image: 'other' }],
    volumes: [{ name: 'config', configMap: source }],
  }
  const made = kind === 'Deployment' ? { kind: 'ReplicaSet', name: `${name}-a` } : { kind, name }
  return [
    {
      ...{ apiVersion: 'v1', kind: 'Service', metadata },
      spec: { clusterIP: '10.32.0.10', selector: labels, ports: [{ port: 53, protocol: 'UDP' }] },
    },
    {
      ...{ apiVersion: 'apps/v1', kind, metadata },
      spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
    },
    {
      ...{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { ...metadata, name: source.name } },
      data: { corefile: '.:53 { }' },
    },
    {
      ...{ apiVersion: 'v1', kind: 'Pod', spec },
      metadata: {
        ...{ ...metadata, name: `${name}-1`, labels: { ...labels, 'pod-template-hash': 'a' } },
        ownerReferences: [{ ...made, controller: true }],
      },
    },
  ]
}

for (const [kind, name, namespace] of [
  ['Deployment', 'x-coredns', 'kube-system'],
  ['DaemonSet', 'resolver', 'dns'],
] as const) {
  test(`a ${kind} ${name} of ${namespace} is found, and everything of it is asked for by its names`, async () => {
    const asked: string[] = []
    const objects = foreign(kind, name, namespace)
    const cluster = fakeCluster({
      objects,
      logs: (of) => {
        asked.push(`${of.namespace}/${of.pod} ${of.container ?? ''}`)
        return 'a line\n'
      },
    })
    const e = await gather(looking({ cluster: readOnlyCluster(cluster) }), LAB, FAILED)
    assert.deepEqual(valueOf(e.dns), {
      ...{ namespace, service: name, workload: { kind, name }, container: 'dns' },
      labels: { 'app.kubernetes.io/name': 'coredns', 'app.kubernetes.io/instance': name },
      corefile: { configMap: `${name}-config`, key: 'corefile', path: '/etc/dns/Main' },
      account: 'resolver',
    })
    assert.equal(valueOf(e.corefile), '.:53 { }')
    assert.equal(valueOf(e.deployment)?.image, 'coredns/coredns:1.9.3')
    assert.deepEqual(asked, [`${namespace}/${name}-1 dns`])
  })
}
const DROPS: Barrier = {
  ...{ tool: 'iptables', table: 'filter', chain: 'FORWARD', from: ['FORWARD'], stopped: 3 },
  ...{ rule: '-A FORWARD -p udp -j DROP', undo: 'iptables -D FORWARD -p udp -j DROP' },
}

test('where a filter of a lab drops packets, DNS is asked from its probes, and what it counted is told', async () => {
  const asked: string[] = []
  let stopped = 3
  const probe = probePodObject('w0', 'busybox:1.28')
  const ready = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] }
  const cluster = fakeCluster({
    objects: [{ ...probe, status: ready }],
    exec: ({ pod }, argv) => {
      asked.push(pod)
      const [first = ''] = argv.filter((one) => one.includes('"server":"10.32.0.10"'))
      stopped += (JSON.parse(first) as ProberRequest).count
      return { code: 0, stdout: Buffer.of(), stderr: '' }
    },
  })
  const host = fakeHost({
    filters: (netns) => (netns === 'k8sworker0' ? { barriers: [{ ...DROPS, stopped }] } : {}),
  })
  const on = { host: readOnlyHost(host), cluster: readOnlyCluster(cluster) }
  const { filters } = await gather(looking(on), LAB, FAILED)
  const seen = itemsOf(filters).map(({ host: name, asked: times, barriers }) => [
    name,
    ...barriers.map(({ rose }) => rose === times),
  ])
  assert.deepEqual(asked, ['dns-probe-w0'])
  assert.deepEqual(seen, [['k8smaster0'], ['k8sworker0', true], ['k8sworker1']])
  assert.ok('notLooked' in (await gather(looking(on), ELSEWHERE, FAILED)).filters)
})

test('of a worker’s CNI configuration the file counts that sorts first, as one plugin or a list', async () => {
  const folder = '/var/lib/hardway/lab/hosts/k8sworker0/cni-conf'
  const plugins = [{ type: 'bridge', ipam: { ranges: [[{ subnet: '10.85.0.0/16' }]] } }]
  const files = {
    [`${folder}/10-bridge.conf`]: '{"ipam":{"subnet":"10.200.0.0/24"}}',
    [`${folder}/00-other.conflist`]: JSON.stringify({ plugins }),
    [`${folder}/00-note.txt`]: 'not read',
  }
  const { hosts } = await gather(looking({ host: readOnlyHost(fakeHost({ files })) }), LAB, FAILED)
  const worker = itemsOf(hosts).find(({ name }) => name === 'k8sworker0')
  assert.deepEqual(worker?.cni, ['00-other.conflist', '10-bridge.conf'])
  assert.deepEqual(worker.ranges, ['10.85.0.0/16'])
})
