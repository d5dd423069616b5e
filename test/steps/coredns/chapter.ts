import assert from 'node:assert/strict'
import type { ExecResult, KubeObject } from '../../../lib/ports/cluster.ts'
import type { Inventory } from '../../../lib/inventory/inventory.ts'
import { loadInventory } from '../../../lib/inventory/load.ts'
import type { Json, JsonObject } from '../../../lib/core/json.ts'
import { type Explanation, StepError } from '../../../lib/core/errors.ts'
import type { Reading, Step } from '../../../lib/ports/step.ts'
import type { Missing } from '../../../lib/core/observation.ts'
import { toldAtOnce } from '../../diagnosis/at-once.ts'
import { PROJECT } from '../../fakes/lab-world.ts'

const usual = await loadInventory(`${PROJECT}inventory.yaml`)

/** The project's own inventory. What never comes is waited for no longer than a moment. */
export const INVENTORY: Inventory = {
  ...usual,
  limits: { controlPlaneMs: 1, nodesMs: 1, podsMs: 1, endpointsMs: 1, lookupMs: 1, verifyMs: 1 },
}

/** The same for a cluster of somebody's own, of which only the networks are known. */
export const REAL: Inventory = {
  ...INVENTORY,
  target: { kind: 'cluster', kubeconfig: '/home/me/.kube/config', context: 'mine' },
  controllers: [],
  workers: [],
}

/** The Service of a name with a ClusterIP. */
export function serviceObject(name: string, namespace: string, spec: JsonObject): KubeObject {
  const labels = { 'k8s-app': name }
  return { apiVersion: 'v1', kind: 'Service', metadata: { name, namespace, labels }, spec }
}

export const KUBERNETES = serviceObject('kubernetes', 'default', { clusterIP: '10.32.0.1' })
export const KUBE_DNS = serviceObject('kube-dns', 'kube-system', {
  clusterIP: '10.32.0.10',
  selector: { 'k8s-app': 'kube-dns' },
  ports: [{ name: 'dns', port: 53, protocol: 'UDP' }],
})

/** What a command printed. */
export function output(stdout: string, code: number | null = 0, stderr = ''): ExecResult {
  return { code, stdout: Buffer.from(stdout), stderr }
}

/** A step that only looks has this to say: what it has to wait for. */
export async function assertWaits(step: Step<null>, on: Reading, note: string): Promise<void> {
  const check = await step.check(on)
  assert.equal(check.status, 'drifted')
  const [wait, ...more] = check.changes
  assert.deepEqual(more, [])
  assert.deepEqual({ action: wait?.action, note: wait?.note }, { action: 'wait', note })
  assert.equal(check.undo, null)
}

/** The chapter's look is proven, now and by waiting. */
export async function assertProven(step: Step<null>, on: Reading, proof: string): Promise<void> {
  assert.deepEqual(await step.check(on), { status: 'satisfied', because: proof, proven: true })
  assert.equal(await step.verify(on), proof)
}

/** Waiting for it ends at once, with this. */
export async function assertHopeless(
  step: { verify(on: Reading): Promise<string> },
  on: Reading,
  explanation: Explanation,
): Promise<void> {
  const { clock } = on
  const sleep = () => Promise.reject(new Error('it waits'))
  await assertEndsWith(step, { ...on, clock: { now: () => clock.now(), sleep } }, explanation)
}

/** The same, for a cause that is told by what the first look has read. */
export async function assertHopelessBy(
  step: Step,
  on: Reading,
  told: { readonly code: string; readonly problem: string; readonly seen: readonly string[] },
): Promise<void> {
  const looks: Missing[] = []
  await assert.rejects(step.verify({ ...on, saw: (seen) => looks.push(seen) }), StepError)
  const [first] = looks
  assert.ok(first)
  const { verdict, problem, seen } = (await toldAtOnce(step, first, INVENTORY)) ?? {}
  assert.deepEqual({ code: verdict?.code, problem, seen }, told)
}

/** Waiting for it ends with this, at once or at the deadline. */
export async function assertEndsWith(
  step: { verify(on: Reading): Promise<string> },
  on: Reading,
  explanation: Explanation,
): Promise<void> {
  await assert.rejects(step.verify(on), { name: 'StepError', explanation })
}

/** It does not come in time; this was seen last. */
export async function assertTimesOut(
  step: { verify(on: Reading): Promise<string> },
  on: Reading,
  { what, seen }: { readonly what: string; readonly seen: readonly string[] },
): Promise<void> {
  await assert.rejects(step.verify(on), (error: { explanation: Explanation }) => {
    assert.equal(error.explanation.problem, `timed out after 0.001 s waiting for ${what}`)
    assert.deepEqual(error.explanation.seen, seen)
    return true
  })
}

/** A pod busybox on a worker, with a status. */
export function busyboxPodOn(node: string | null, status: Json = {}): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'busybox', namespace: 'default', labels: { run: 'busybox' } },
    spec: {
      ...(node === null ? {} : { nodeName: node }),
      containers: [{ name: 'busybox', image: 'busybox:1.28', command: ['sleep', '3600'] }],
    },
    status,
  }
}

export const RUNNING: Json = {
  phase: 'Running',
  podIP: '10.200.0.3',
  conditions: [{ type: 'Ready', status: 'True' }],
}
