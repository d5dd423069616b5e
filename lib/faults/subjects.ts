import { StepError } from '../core/errors.ts'
import { textAt } from '../core/json.ts'
import type { Controller, Worker } from '../inventory/inventory.ts'
import type { Lab } from '../lab/layout.ts'
import type { Reading } from '../ports/step.ts'
import { corednsPodsOf } from './coredns-pods.ts'
import { leaderOf } from './leaders.ts'
import { ref } from '../ports/refs.ts'

/** Two workers, the first with a CoreDNS pod, the second with another one where there are two. */
export async function twoWorkers(
  ctx: Reading,
  { inventory: { lab } }: Lab,
): Promise<readonly [Worker, Worker]> {
  const nodes = (await corednsPodsOf(ctx)).map(({ node }) => node)
  const rank = ({ name }: Worker): number => (nodes.includes(name) ? 0 : 1)
  const [first, second] = lab.workers.toSorted((a, b) => rank(a) - rank(b))
  if (first !== undefined && second !== undefined) return [first, second]
  throw tooSmall('two workers')
}

/** The worker on which the chapter's busybox runs; the first where it does not. */
export async function workerOfBusybox(ctx: Reading, { inventory: { lab } }: Lab): Promise<Worker> {
  const pod = await ctx.cluster.get(ref.pod('busybox'))
  const node = textAt(pod ?? undefined, 'spec', 'nodeName')
  const worker = lab.workers.find(({ name }) => name === node) ?? lab.workers[0]
  if (worker === undefined) throw tooSmall('a worker')
  return worker
}

/**
 * A controller that the others can do without: not the first, which the admin asks, nor the one whose
 * controller manager leads, since that one makes the new pods; nor the one whose scheduler does,
 * where there is another.
 */
export async function spareController(
  ctx: Reading,
  { inventory: { lab } }: Lab,
): Promise<Controller> {
  const [manager, scheduler] = await Promise.all([
    leaderOf(ctx, 'kube-controller-manager'),
    leaderOf(ctx, 'kube-scheduler'),
  ])
  const spares = lab.controllers.slice(1).filter(({ name }) => name !== manager?.host)
  const spare = spares.findLast(({ name }) => name !== scheduler?.host) ?? spares.at(-1)
  if (spare === undefined) throw tooSmall('three controllers')
  return spare
}

/** The controller of that name, which a journal may still know when the inventory does not. */
export function controllerNamed({ inventory: { lab } }: Lab, name: string): Controller {
  return named(lab.controllers, name)
}

/** The worker of that name, which a journal may still know when the inventory does not. */
export function workerNamed({ inventory: { lab } }: Lab, name: string): Worker {
  return named(lab.workers, name)
}

function named<T extends Controller>(hosts: readonly T[], name: string): T {
  const host = hosts.find((one) => one.name === name)
  if (host !== undefined) return host
  throw new StepError({
    problem: `the inventory has no host ${name}, on which the fault is`,
    remedy: 'put the inventory back as it was when the fault was put on',
  })
}

function tooSmall(requires: string): StepError {
  return new StepError({
    problem: `this fault requires ${requires}`,
    remedy: 'list more hosts in the inventory, or choose another fault: npx tsx run.ts lab faults',
  })
}
