import type { Cluster, KubeObject } from '../../lib/ports/cluster.ts'
import { refOf } from '../../lib/ports/cluster.ts'
import { contentOf, managedFieldsOf } from '../../lib/objects/objects.ts'
import { overlayCluster } from '../../lib/kube-client/overlay.ts'
import type { Host } from '../../lib/ports/host.ts'
import { overlayHost } from '../../lib/linux/overlay.ts'
import { isObject, type Json, type JsonObject } from '../../lib/core/json.ts'
import { labImage } from '../../lib/lab/probe-image.ts'
import type { Acting, Check, Step } from '../../lib/ports/step.ts'
import { chapterSteps } from '../../steps/chapter.ts'
import { labSteps } from '../../steps/lab.ts'
import { proveSteps } from '../../steps/prove.ts'
import type { Discovered } from '../../lib/dns/discover.ts'
import { proveProbes } from '../../lib/dns/probe-pods.ts'
import type { Inventory } from '../../lib/inventory/inventory.ts'
import { fakeClock } from '../fakes/engine.ts'
import { otherState } from '../fakes/other-state.ts'
import { readOnlyCluster, readOnlyHost } from '../fakes/read-only.ts'
import { control, KEPT, type LabWorld, labWorld, type LabWorldOptions } from '../fakes/lab-world.ts'

/** The ordered lists, as the command line makes them. */
export function listsOf({ inventory, layout }: LabWorld) {
  const image = labImage(inventory, 'make-images')
  const places = { path: layout.manifest, kept: KEPT, image }
  return [
    { name: 'lab', steps: labSteps({ inventory, layout }) },
    { name: 'chapter', steps: chapterSteps({ inventory, ...places, probes: places.image }) },
    {
      name: 'prove',
      steps: proveSteps({
        ...{ inventory, probes: proveProbes('default', 'abc123'), withProbes: true },
        ...{ image: inventory.probe.image, discovered: discoveredIn(inventory) },
      }),
    },
  ] as const
}

/** What `prove` finds out of a healthy lab before it begins. */
function discoveredIn({ cluster, workers }: Inventory): Discovered {
  return {
    ...{ given: cluster.dnsAddress, domain: cluster.domain, image: null },
    nodes: workers.map(({ name }) => name),
    ...{ leftOut: [], settings: [], notTold: [], kubernetes: null, dns: null },
  }
}

/** All steps in their order. */
export function stepsOf(world: LabWorld): readonly Step[] {
  return listsOf(world).flatMap(({ steps }) => steps)
}

/** The ports of a world for one step; facts are kept in `facts`. */
export function actingIn(
  { host, cluster }: { readonly host: Host; readonly cluster: Cluster },
  facts: Json[] = [],
): Acting {
  return {
    host,
    cluster,
    clock: fakeClock(),
    signal: new AbortController().signal,
    progress: () => undefined,
    saw: () => undefined,
    show: () => undefined,
    remark: () => undefined,
    undone: () => undefined,
    record: (fact) => {
      facts.push(fact)
      return Promise.resolve()
    },
  }
}

/** A check that is to have found something to do. */
export type Drifted = Extract<Check, { status: 'drifted' }>

/** Checks, and where there is something to do applies and verifies, as a run does. */
export async function carryOut(step: Step, world: LabWorld): Promise<void> {
  const on = actingIn(world)
  const check = await step.check(on)
  if (check.status === 'unknown') throw new Error(`${step.id}: ${check.because}`)
  if (check.status === 'drifted') await step.apply(on, check.changes)
  await step.verify(on)
}

/** A world in which everything before the step with that id is done. */
export async function worldBefore(id: string, options: LabWorldOptions = {}): Promise<LabWorld> {
  const world = labWorld(options)
  for (const step of stepsOf(world)) {
    if (step.id === id) return world
    await carryOut(step, world)
  }
  throw new Error(`there is no step ${id}`)
}

/** The step with that id. */
export function stepIn(world: LabWorld, id: string): Step {
  const step = stepsOf(world).find((one) => one.id === id)
  if (step === undefined) throw new Error(`there is no step ${id}`)
  return step
}

/** Everything that a rollback gives back, so that two of these can be compared. */
export function imageOf({ host, stored }: LabWorld): JsonObject {
  return { host: host.snapshot(), cluster: stored.objects().filter(isOurs).map(bare).sort(byName) }
}

/** What a cluster makes of itself goes with what it was made of, or with the cluster's data. */
function isOurs({ kind, metadata }: KubeObject): boolean {
  if (kind === 'Node' || ['kubernetes', 'kube-root-ca.crt'].includes(metadata.name)) return false
  return kind !== 'Pod' || !metadata.name.startsWith('coredns-')
}

function bare(object: KubeObject): JsonObject {
  return { ...contentOf(object), owners: [...managedFieldsOf(object)] }
}

function byName(a: JsonObject, b: JsonObject): number {
  const [left, right] = [a, b].map((one) => JSON.stringify([one['kind'], one['metadata']]))
  return (left ?? '') < (right ?? '') ? -1 : 1
}

/** How a machine and its cluster may be found before a step. */
export const PRIOR_STATES = ['nothing of it', 'half of it', 'all of it otherwise'] as const
export type PriorState = (typeof PRIOR_STATES)[number]

/** Brings about a prior state of a step, as somebody else would; false where it has no such state. */
export async function prepare(world: LabWorld, id: string, prior: PriorState): Promise<boolean> {
  if (prior === 'nothing of it') return true
  const done = await worldBefore(id, { inventory: world.inventory })
  const before = { host: done.host.entries(), objects: done.stored.objects() }
  await carryOut(stepIn(done, id), done)
  const made = done.host
    .entries()
    .filter(({ name }) => !before.host.some((entry) => entry.name === name))
  const objects = done.stored
    .objects()
    .filter(isOurs)
    .filter((one) => !before.objects.some((old) => sameRef(one, old)))
  if (prior === 'half of it') {
    for (const { resource, now } of firstHalf(made)) world.host.set(resource, now)
    for (const object of firstHalf(objects)) putTheirs(world, contentOf(object))
  } else {
    for (const { resource, now } of made) world.host.set(resource, otherState(resource, now) ?? now)
    for (const object of objects) putTheirs(world, otherObject(contentOf(object)))
  }
  return made.length + objects.length > 0
}

function putTheirs({ stored, inventory }: LabWorld, object: KubeObject): void {
  control(stored, stored.put(object), inventory)
}

function sameRef(a: KubeObject, b: KubeObject): boolean {
  return JSON.stringify(refOf(a)) === JSON.stringify(refOf(b))
}

function firstHalf<T>(all: readonly T[]): readonly T[] {
  return all.slice(0, Math.ceil(all.length / 2))
}

/** The same object with other values in fields that a step wants. */
function otherObject(object: KubeObject): KubeObject {
  const other: Record<string, Json> = { ...object }
  if (isObject(object['data'])) other['data'] = { Corefile: '# theirs\n' }
  if (object['rules'] !== undefined) other['rules'] = []
  if (object['subjects'] !== undefined) other['subjects'] = []
  if (isObject(object['spec'])) other['spec'] = { ...object['spec'], ...otherSpec(object.kind) }
  const metadata = { ...object.metadata, annotations: { note: 'theirs' } }
  return { ...(other as KubeObject), metadata }
}

function otherSpec(kind: string): JsonObject {
  if (kind === 'Deployment') return { replicas: 1 }
  if (kind === 'Service') return { ports: [] }
  return { containers: [{ name: 'busybox', image: 'other:1' }] }
}

/** The ports of a dry-run over a world: real overlays over ports on which every write throws. */
export function dryRunOver(world: LabWorld, step: Step): Acting {
  return actingIn({
    host: overlayHost(readOnlyHost(world.host)),
    cluster: overlayCluster(readOnlyCluster(world.cluster), () => step.id, 'start-workers'),
  })
}
