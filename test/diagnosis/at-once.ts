import { PROBES } from '../../lib/dns/probe-pods.ts'
import { type Explanation, StepError } from '../../lib/core/errors.ts'
import type { Missing } from '../../lib/core/observation.ts'
import type { Looking } from '../../lib/evidence/channel.ts'
import { diagnoseBy } from '../../lib/diagnosis/diagnose.ts'
import type { Inventory } from '../../lib/inventory/inventory.ts'
import type { Step } from '../../lib/ports/step.ts'
import { fakeCluster } from '../fakes/cluster.ts'
import { fakeHost } from '../fakes/host.ts'

/** Nobody answers, for as long as anybody waits. */
const NOBODY: Looking = {
  host: fakeHost(),
  cluster: new Proxy(fakeCluster(), {
    get: () => () => Promise.reject(new StepError({ problem: 'no answer', remedy: '' })),
  }),
  clock: { now: () => new Date(0), sleep: () => new Promise(() => undefined) },
}

/** What is told of a look by what that has read alone: nobody else answers. */
export function toldAtOnce(
  step: Step,
  { missing, problem = '', data }: Missing,
  inventory: Inventory,
): Promise<Explanation | null> {
  const scene = { inventory, layout: null, probes: PROBES, has: () => true }
  const explanation = { problem, seen: missing, remedy: '' }
  return diagnoseBy(NOBODY, () => scene)(step, { explanation, data }, 'look')
}
