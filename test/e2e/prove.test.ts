import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import { type JsonObject } from '../../lib/core/json.ts'
import { parseManifest } from '../../lib/objects/manifest.ts'
import { auditedSince, auditMark, isWriting } from './audit.ts'
import {
  assertNoProbes,
  deploy,
  EMPTY,
  hopsIn,
  lab,
  onHost,
  proofsIn,
  prove,
  toldIn,
  untilServers,
  watchShortly,
  WORKERS,
} from './dns-cluster.ts'
import { DEPLOYMENTS, type Deployment, objectsOf } from './dns-deployments.ts'
import { assertCode, cellsIn, endOf, ofType } from './events.ts'
import { inventory, LAB } from './inventory.ts'
import { kubectl, labDown, labStatus, layout } from './lab.ts'
import { noLab } from './no-lab.ts'
import { PROJECT } from './program.ts'

/** The DNS of a cluster is proven from every node, whoever has deployed it; where it fails, the cause is named. */
const skip = noLab
const FILE = inventory({ size: '1+2' })
const [W0, W1] = WORKERS

before(async () => {
  if (noLab !== false) return
  await labDown()
  assertCode(await lab(FILE, 'up'), 0)
})

after(async () => {
  if (noLab === false) await labDown()
})

test('no DNS at all is told, and nothing is written for it', { skip }, async () => {
  const mark = await auditMark([`${layout.logs}/${LAB}m0/audit.log`])
  const ended = await prove()
  assertCode(ended, 4)
  assert.match(toldIn(ended), /this cluster has no DNS of its own that could be found/)
  assert.deepEqual((await auditedSince(mark)).filter(isWriting), [])
})

type Way = Pick<Deployment, 'namespace' | 'service' | 'name' | 'workload' | 'labels'>

/** The book's own, but for the pause between two looks whether a server is ready. */
async function chapterObjects(): Promise<readonly JsonObject[]> {
  const text = await readFile(`${PROJECT}manifests/coredns-1.6.2.yaml`, 'utf8')
  const quick = text.replace(/^( *)httpGet:\n *path: \/ready/m, '$1periodSeconds: 1\n$&')
  return parseManifest(Buffer.from(quick), 'the kept manifest')
}

const WAYS: readonly (Way & {
  readonly way: string
  readonly objects: () => Promise<readonly JsonObject[]>
})[] = [
  { ...DEPLOYMENTS.kubeadm, way: 'chapter', objects: chapterObjects },
  ...Object.entries(DEPLOYMENTS as Readonly<Record<string, Deployment>>).map(([way, of]) => ({
    ...of,
    way,
    objects: () => Promise.resolve(objectsOf(of)),
  })),
]

const FORWARD_UDP = ['FORWARD', '-p', 'udp', '--dport', '53', '-j', 'DROP']

/** What breaks DNS, how that is mended, and what is told: the code of a cause, or words. */
const FAULTS: Readonly<
  Record<
    string,
    {
      readonly told: RegExp
      /** Only the hosts show it, and only those of a lab can be looked at. */
      readonly onHosts?: true
      readonly put: (way: Way) => Promise<unknown>
      readonly off: (way: Way) => Promise<unknown>
    }
  >
> = {
  'a selector that fits no pod': {
    told: /^\[D4\]/m,
    put: ({ service, namespace }) =>
      patch('service', service, namespace, { selector: { wrong: 'yes' } }),
    off: ({ service, namespace }) =>
      kubectl([
        ...['patch', 'service', service, '-n', namespace, '--type=json', '-p'],
        '[{"op":"remove","path":"/spec/selector/wrong"}]',
      ]),
  },
  'no replicas': {
    told: /has 0 replicas: nobody would answer|is wanted on no node/,
    put: (way) => scaled(way, 0),
    off: (way) => scaled(way, 2),
  },
  'UDP that is dropped on a worker': {
    told: /^\[D1[02]\]/m,
    onHosts: true,
    put: () => onHost(W0, 'iptables', '-I', ...FORWARD_UDP),
    off: () => onHost(W0, 'iptables', '-D', ...FORWARD_UDP),
  },
  'a route that is missing': {
    told: /^\[E3\]/m,
    onHosts: true,
    put: () => onHost(W0, 'ip', 'route', 'del', '10.200.1.0/24'),
    off: () => lab(FILE, 'up'),
  },
  'a Corefile that is not understood': {
    told: /^\[C3\]/m,
    put: (way) => rewritten(way, (text) => text.replace('errors', 'eroors')),
    off: (way) => rewritten(way, (text) => text.replace('eroors', 'errors')),
  },
}

/** Every fault where nothing is called as in the chapter, and one of them on each of the other ways. */
const faultsOn = (way: string, i: number) =>
  Object.entries(FAULTS).filter((_, n, { length }) => way === 'helm elsewhere' || n === i % length)

for (const [i, of] of WAYS.entries()) {
  test(`${of.way}: found and proven from every node`, { skip }, async () => {
    await deploy(await of.objects())
    await untilServers(of.service, of.namespace, 2)
    const ended = await prove()
    assertCode(ended, 0)
    const hops = hopsIn(ended)
    assert.ok(hops.includes(`Service: ${of.namespace}/${of.service} 10.32.0.10`), hops.join('\n'))
    assert.ok(hops.includes(`made by: ${of.workload.toLowerCase()}.apps/${of.name}`))
    assert.ok(hops.includes(`Corefile: configmap/${of.name}, key Corefile`))
    assert.match(
      proofsIn(ended)['dns-from-everywhere'] ?? '',
      /^2 workers, 3 servers, UDP and TCP: (\d+) of \1 answered, p99 [\d.]+ m?s; (\d+) names as expected/,
    )
    // Two protocols of three servers from two workers, all asked by the prober that was put there.
    assert.deepEqual(
      cellsIn(ended).map(({ isTimed }) => isTimed),
      Array.from({ length: 12 }, () => true),
    )
    await assertNoProbes()
  })

  for (const [fault, { told, put, off, onHosts }] of faultsOn(of.way, i)) {
    test(`${of.way}: ${fault} is named`, { skip }, async () => {
      await put(of)
      try {
        const ended = await prove([], onHosts ? { inventory: FILE } : {})
        assertCode(ended, 4)
        assert.match(toldIn(ended), told)
        await assertNoProbes()
      } finally {
        await off(of)
        await untilServers(of.service, of.namespace, 2)
      }
    })
  }
}

function patch(kind: string, name: string, namespace: string, spec: JsonObject): Promise<string> {
  return kubectl(['patch', kind, name, '-n', namespace, '-p', JSON.stringify({ spec })])
}

/** Of a DaemonSet by a selector that fits no node. */
async function scaled({ workload, name, namespace }: Way, count: number): Promise<void> {
  const nodeSelector = { wanted: count === 0 ? 'nowhere' : null }
  const spec =
    workload === 'Deployment' ? { replicas: count } : { template: { spec: { nodeSelector } } }
  await patch(workload, name, namespace, spec)
  await kubectl(['rollout', 'status', `${workload}/${name}`, '-n', namespace, '--timeout=60s'])
}

/** Another Corefile, and pods that have read it. */
async function rewritten({ name, namespace, labels }: Way, to: (text: string) => string) {
  const at = ['configmap', name, '-n', namespace]
  const text = await kubectl(['get', ...at, '-o', 'jsonpath={.data.Corefile}'])
  const data = { data: { Corefile: to(text) } }
  await kubectl(['patch', ...at, '-p', JSON.stringify(data)])
  const selector = Object.entries(labels).map(([key, value]) => `${key}=${value}`)
  const now = ['--grace-period=0', '--force']
  await kubectl(['delete', 'pods', '-n', namespace, '-l', selector.join(), ...now])
}

test(
  'where the prober cannot be had nslookup asks, no times are told, and it is said why',
  { skip },
  async () => {
    await deploy(objectsOf(DEPLOYMENTS.kubeadm))
    await untilServers('kube-dns', 'kube-system', 2)
    const env = { PATH: EMPTY, GOROOT: EMPTY, XDG_CACHE_HOME: EMPTY }
    const ended = await prove([], { env })
    assertCode(ended, 0)
    assert.match(
      proofsIn(ended)['dns-from-everywhere'] ?? '',
      /^2 workers, 3 servers, UDP and TCP: (\d+) of \1 answered; (\d+) names as expected/,
    )
    assert.ok(cellsIn(ended).every(({ isTimed }) => !isTimed))
    assert.match(
      endOf(ended).notes.join('\n'),
      new RegExp(
        `^No times were measured from ${W0}, ${W1}, where nslookup asked: the prober is not in the cache, and `,
        'm',
      ),
    )
    await assertNoProbes()
  },
)

test(
  'watch needs no image with the prober: it is put into pods of its own, which are taken away',
  { skip },
  async () => {
    const ended = await watchShortly()
    // Whether anything was lost is the cluster's business.
    assert.ok([0, 4].includes(ended.code ?? -1), ended.stderr)
    const seconds = ofType(ended, 'dns-second')
    for (const worker of WORKERS) {
      const times = seconds.filter((one) => one.worker === worker && one.sent > one.lost)
      assert.ok(times.length > 0 && times.every(({ max }) => max > 0), worker)
    }
    await assertNoProbes()
    const none = await watchShortly({ env: { PATH: EMPTY, GOROOT: EMPTY, XDG_CACHE_HOME: EMPTY } })
    assertCode(none, 1)
    assert.match(none.stderr, /no pod there has the prober[^]*there is no Go on this machine/)
    await assertNoProbes()
  },
)

test('one replica and five are as good as two', { skip }, async () => {
  const { name, namespace, service } = DEPLOYMENTS.kubeadm
  await deploy(objectsOf(DEPLOYMENTS.kubeadm))
  for (const count of [1, 5]) {
    await patch('deployment', name, namespace, { replicas: count })
    await untilServers(service, namespace, count)
    const ended = await prove()
    assertCode(ended, 0)
    assert.match(
      proofsIn(ended)['dns-from-everywhere'] ?? '',
      new RegExp(`, ${count + 1} servers,`),
    )
  }
})

test('a cordoned worker and a tainted one are proven from as well', { skip }, async () => {
  await kubectl(['taint', 'node', W1, 'only=others:NoExecute'])
  try {
    await untilServers('kube-dns', 'kube-system', 5)
    await kubectl(['cordon', W0])
    const ended = await prove()
    assertCode(ended, 0)
    assert.match(proofsIn(ended)['dns-from-everywhere'] ?? '', /^2 workers, 6 servers/)
  } finally {
    await kubectl(['uncordon', W0])
    await kubectl(['taint', 'node', W1, 'only:NoExecute-'])
  }
})

test(
  'nodes that cannot be asked are told with the reason, and are no fault of DNS',
  { skip },
  async () => {
    const kubelet = (await labStatus(FILE)).hosts
      .find(({ name }) => name === W1)
      ?.processes.find(({ name }) => name === 'kubelet')?.pid
    assert.ok(kubelet)
    await deploy(objectsOf(DEPLOYMENTS.kubeadm))
    const windows = {
      ...{ apiVersion: 'v1', kind: 'Node' },
      metadata: { name: 'win0', labels: { 'kubernetes.io/os': 'windows' } },
    }
    await kubectl(['apply', '-f', '-'], JSON.stringify(windows))
    process.kill(kubelet, 'SIGSTOP')
    try {
      await becomes('node', W1, [{ type: 'Ready', status: 'Unknown', message: 'Kubelet stopped.' }])
      // As the controller of nodes does it, which takes 40 seconds to notice.
      const of = ['-n', 'kube-system', '--field-selector', `spec.nodeName=${W1}`]
      const pods = await kubectl(['get', 'pods', ...of, '-o', 'name'])
      for (const pod of pods.split(/\s+/).filter(Boolean)) {
        await becomes('pod', pod.replace('pod/', ''), [{ type: 'Ready', status: 'False' }])
      }
      await untilServers('kube-dns', 'kube-system', 1)
      const ended = await prove()
      assertCode(ended, 0)
      const hops = hopsIn(ended)
      assert.ok(
        hops.includes(`left out: ${W1}: it is not ready: Kubelet stopped.`),
        hops.join('\n'),
      )
      assert.ok(hops.includes('left out: win0: it runs windows'))
      assert.match(
        proofsIn(ended)['dns-servers'] ?? '',
        new RegExp(`is on ${W1}, which is not ready`),
      )
      assert.match(
        proofsIn(ended)['dns-from-everywhere'] ?? '',
        new RegExp(`not proven from ${W1}: `),
      )
    } finally {
      process.kill(kubelet, 'SIGCONT')
      await kubectl(['delete', 'node', 'win0'])
      // A kubelet that is as it was before would say so only after five minutes.
      await becomes('node', W1, [{ type: 'Ready', status: 'True' }])
      await untilServers('kube-dns', 'kube-system', 2)
    }
  },
)

/** Sets conditions of its status by hand. */
function becomes(kind: string, name: string, conditions: readonly JsonObject[]): Promise<string> {
  const at = [kind, name, '-n', 'kube-system', '--subresource=status']
  return kubectl(['patch', ...at, '-p', JSON.stringify({ status: { conditions } })])
}
