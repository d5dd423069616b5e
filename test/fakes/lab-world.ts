import { readFile } from 'node:fs/promises'
import { StepError, ObservedError } from '../../lib/core/errors.ts'
import type { Cluster, ExecResult, KubeObject } from '../../lib/ports/cluster.ts'
import { refOf } from '../../lib/ports/cluster.ts'
import type { Resource } from '../../lib/ports/resources.ts'
import { firstAddress, nthAddress } from '../../lib/inventory/address.ts'
import type { Inventory } from '../../lib/inventory/inventory.ts'
import { loadInventory } from '../../lib/inventory/load.ts'
import { type Json, type JsonObject, at, listAt, textAt } from '../../lib/core/json.ts'
import { type Layout, layoutOf } from '../../lib/lab/layout.ts'
import { answerOf, confOf, proberOf } from './dns-answers.ts'
import { type FakeCluster, type FakeOptions, fakeCluster } from './cluster.ts'
import { type FakeHost, type FakeHostOptions, fakeHost } from './host.ts'

export const PROJECT = new URL('../../', import.meta.url).pathname
export const KEPT = `${PROJECT}manifests/coredns-1.6.2.yaml`
const keptManifest = await readFile(KEPT)

const usual = await loadInventory(`${PROJECT}inventory.yaml`)

/** The project's own inventory, as a user has it, but for patience: in memory nothing takes long. */
export const defaultInventory: Inventory = {
  ...usual,
  limits: {
    controlPlaneMs: 100,
    nodesMs: 100,
    podsMs: 100,
    endpointsMs: 100,
    lookupMs: 100,
    verifyMs: 100,
  },
}

const few = {
  controllers: defaultInventory.lab.controllers.slice(0, 1),
  workers: defaultInventory.lab.workers.slice(0, 2),
}

/** The same with as few hosts as CoreDNS wants: for tests that go through everything many times. */
export const smallInventory: Inventory = {
  ...defaultInventory,
  ...few,
  lab: { ...defaultInventory.lab, ...few },
}

/** A machine and the cluster that runs on it once its daemons do. */
export interface LabWorld {
  readonly inventory: Inventory
  readonly layout: Layout
  readonly host: FakeHost
  /** Answers only while an API server runs. */
  readonly cluster: Cluster
  /** The same without that: what etcd has. */
  readonly stored: FakeCluster
}

/** Settings, all optional. Given functions go before the world's own behaviour. */
export interface LabWorldOptions {
  readonly inventory?: Inventory
  readonly host?: Partial<FakeHostOptions>
  readonly cluster?: Partial<FakeOptions>
}

/**
 * A machine in memory on which what a lab step starts has its effect: kubelets register their nodes,
 * API servers have what every new cluster has, controllers make pods of a Deployment.
 */
export function labWorld(options: LabWorldOptions = {}): LabWorld {
  const inventory = options.inventory ?? defaultInventory
  const layout = layoutOf(inventory.lab.name)
  const stored = fakeCluster({
    controllers: (fake, written) => {
      control(fake, written, inventory)
    },
    exec: (_of, argv) => answer(argv, inventory),
    ask: (_of, _port, bytes) => answerOf(bytes, inventory.cluster),
    kubeletConfig: () => ({ clusterDNS: [inventory.cluster.dnsAddress] }),
    ...options.cluster,
  })
  const hosts = `${layout.folder}/hosts`
  const host = fakeHost({
    files: { [KEPT]: keptManifest },
    fetch: (url) => {
      if (!url.startsWith('https://192.168.')) throw new ObservedError('getaddrinfo ENOTFOUND')
      return { status: 200, body: Buffer.from('ok') }
    },
    ...options.host,
    afterWrite(resource, now) {
      live(stored, inventory, { resource, now })
      // All that a cluster knows goes with the last of etcd's data; what runs then starts empty.
      if (now === null && resource.kind === 'folder' && !hasData(host, hosts)) {
        for (const object of stored.objects()) stored.drop(refOf(object))
        for (const entry of host.entries()) live(stored, inventory, entry)
      }
      options.host?.afterWrite?.(resource, now)
    },
  })
  const running = async (): Promise<void> => {
    const daemons = await host.daemons(layout.name)
    if (!daemons.some(({ name }) => name === 'kube-apiserver')) throw refused(inventory)
  }
  return { inventory, layout, host, stored, cluster: onlyWhile(running, stored) }
}

function hasData(host: FakeHost, hosts: string): boolean {
  return host
    .entries()
    .some(
      ({ resource }) =>
        resource.kind === 'folder' &&
        resource.path.startsWith(`${hosts}/`) &&
        resource.path.endsWith('/etcd'),
    )
}

/** What a daemon does to the cluster once it runs. */
function live(
  cluster: FakeCluster,
  inventory: Inventory,
  { resource, now }: { readonly resource: Resource; readonly now: Json },
): void {
  if (resource.kind !== 'process' || now === null) return
  if (resource.name === 'kube-apiserver') for (const one of born(inventory)) cluster.put(one)
  if (resource.name === 'kubelet') cluster.put(nodeOf(resource.host))
}

/** What every new cluster has. */
function born({ cluster, controllers }: Inventory): readonly KubeObject[] {
  const kubernetes = { name: 'kubernetes', namespace: 'default' }
  const addresses = controllers.map(({ address }) => ({ ip: address }))
  return [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: kubernetes,
      spec: { clusterIP: firstAddress(cluster.serviceCIDR) },
    },
    {
      apiVersion: 'v1',
      kind: 'Endpoints',
      metadata: kubernetes,
      subsets: [{ addresses, ports: [{ name: 'https', port: 6443 }] }],
    },
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'kube-root-ca.crt', namespace: 'kube-system' },
      data: { 'ca.crt': 'the lab’s own' },
    },
  ]
}

const READY: Json = [{ type: 'Ready', status: 'True' }]

function nodeOf(name: string): KubeObject {
  return { apiVersion: 'v1', kind: 'Node', metadata: { name }, status: { conditions: READY } }
}

/** What controllers and kubelets make of a write. */
export function control(cluster: FakeCluster, written: KubeObject, { workers }: Inventory): void {
  if (written.kind === 'Pod' && written['status'] === undefined) {
    const node = textAt(written, 'spec', 'nodeName')
    cluster.put(running(written, workers.find(({ name }) => name === node) ?? workers[0]))
  }
  if (written.kind !== 'Deployment') return
  const replicas = Number(at(written, 'spec', 'replicas') ?? 1)
  const template = at(written, 'spec', 'template', 'metadata', 'labels') ?? {}
  for (let i = 0; i < replicas; i += 1) {
    cluster.put(
      running(
        {
          apiVersion: 'v1',
          kind: 'Pod',
          metadata: {
            name: `${written.metadata.name}-5c98db65d4-${String(i)}`,
            namespace: 'kube-system',
            labels: { ...(template as JsonObject), 'pod-template-hash': '5c98db65d4' },
            ownerReferences: [
              {
                ...{ kind: 'ReplicaSet', name: `${written.metadata.name}-5c98db65d4` },
                ...{ uid: written.metadata['uid'] ?? '', controller: true },
              },
            ],
          },
          spec: { containers: [{ name: 'coredns' }] },
        },
        workers[i % workers.length],
      ),
    )
  }
}

/** A pod that runs on a worker, with an address of its range. */
export function running(
  pod: KubeObject,
  worker: { readonly name: string; readonly podCIDR: string } | undefined,
): KubeObject {
  const { name = 'nowhere', podCIDR = '10.200.0.0/24' } = worker ?? {}
  const index = pod.metadata.name.startsWith('coredns-')
    ? 2
    : pod.metadata.name === 'busybox'
      ? 3
      : 4
  return {
    ...pod,
    spec: { ...(pod['spec'] as object), nodeName: name },
    status: { phase: 'Running', podIP: nthAddress(podCIDR, index), conditions: READY },
  }
}

function answer(argv: readonly string[], { cluster }: Inventory): ExecResult {
  const { domain, dnsAddress, serviceCIDR } = cluster
  const found = `kubernetes.default.svc.${domain}`
  const lookups = proberOf(argv, cluster)
  if (lookups !== null) return lookups
  const text =
    argv[0] === 'nslookup'
      ? `Server:    ${dnsAddress}\nAddress 1: ${dnsAddress} kube-dns.kube-system.svc.${domain}\n\n` +
        `Name:      kubernetes\nAddress 1: ${firstAddress(serviceCIDR)} ${found}\n`
      : `${confOf(cluster)}\n`
  return { code: 0, stdout: Buffer.from(text), stderr: '' }
}

function refused({ lab }: Inventory): StepError {
  return new StepError({
    problem: `no API server of lab ${lab.name} answers`,
    remedy: 'npx tsx run.ts lab up',
  })
}

/** The cluster behind its API servers; deleting a Deployment takes its pods along. */
function onlyWhile(running: () => Promise<void>, fake: FakeCluster): Cluster {
  const asked = async <T>(ask: () => Promise<T>): Promise<T> => {
    await running()
    return ask()
  }
  return {
    uid: () => asked(() => fake.uid()),
    get: (ref) => asked(() => fake.get(ref)),
    list: (selection) => asked(() => fake.list(selection)),
    preview: (object, adopt) => asked(() => fake.preview(object, adopt)),
    lacking: (needs) => asked(() => fake.lacking(needs)),
    async *watch(selection, signal) {
      await running()
      yield* fake.watch(selection, signal)
    },
    kubeletConfig: (node) => asked(() => fake.kubeletConfig(node)),
    logs: (of, how) => asked(() => fake.logs(of, how)),
    exec: (of, argv, how) => asked(() => fake.exec(of, argv, how)),
    async *stream(of, argv, signal) {
      await running()
      yield* fake.stream(of, argv, signal)
    },
    exchange: (of, port, bytes, how) => asked(() => fake.exchange(of, port, bytes, how)),
    apply: (object, live, adopt) => asked(() => fake.apply(object, live, adopt)),
    create: (object) => asked(() => fake.create(object)),
    replace: (object) => asked(() => fake.replace(object)),
    setManagedFields: (live, fields) => asked(() => fake.setManagedFields(live, fields)),
    putProber: (of, program) => asked(() => fake.putProber(of, program)),
    remove: (ref, uid) =>
      asked(async () => {
        const outcome = await fake.remove(ref, uid)
        for (const object of fake.objects()) {
          const owned = listAt(object, 'metadata', 'ownerReferences')
          if (owned.some((one) => at(one, 'uid') === uid)) fake.drop(refOf(object))
        }
        return outcome
      }),
  }
}
