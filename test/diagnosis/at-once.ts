import { PROBES } from '../../lib/dns/probe-pods.ts'
import type { Explanation } from '../../lib/core/errors.ts'
import type { Missing } from '../../lib/core/observation.ts'
import { diagnoseBy } from '../../lib/diagnosis/diagnose.ts'
import type { Inventory } from '../../lib/inventory/inventory.ts'
import type { Step } from '../../lib/ports/step.ts'

/** What is told of a look by what that has read alone: nobody else is asked. */
export function toldAtOnce(
  step: Step,
  { missing, problem = '', data }: Missing,
  inventory: Inventory,
): Promise<Explanation | null> {
  const scene = { inventory, layout: null, probes: PROBES, has: () => true }
  const explanation = { problem, seen: missing, remedy: '' }
  return diagnoseBy(null as never, () => scene)(step, { explanation, data }, 'look')
}
