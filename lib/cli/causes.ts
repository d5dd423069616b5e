import { isDiagnosed } from '../causes/concerns.ts'
import { explainBy, hopelessBy } from '../causes/explain.ts'
import { type Brought, gather, type Scene } from '../causes/gather.ts'
import type { Looking } from '../causes/channel.ts'
import type { Setup } from '../engine/setup.ts'
import { StepError } from '../errors.ts'
import type { Inventory } from '../inventory/inventory.ts'
import type { Layout } from '../lab/layout.ts'
import type { Step, StepId } from '../step.ts'

/** What failures are explained by: the target, and the lab's steps in their order (none without one). */
export interface CausesOf {
  readonly looking: Looking
  readonly inventory: Inventory
  readonly layout: Layout | null
  readonly labSteps: readonly StepId[]
}

/** The engine's hooks that tell why a step has failed, or will. */
export function causesOf(of: CausesOf): Required<Pick<Setup, 'explain' | 'hopeless'>> {
  return {
    async explain({ id }, error) {
      // A wait that was ended as hopeless has its cause with it.
      if (!(error instanceof StepError) || error.explanation.verdict || !isDiagnosed(id)) {
        return undefined
      }
      const { explanation } = error
      const brought = { step: id, problem: explanation.problem, seen: explanation.seen ?? [] }
      return explainBy(await look(of, brought), explanation)
    },
    async hopeless({ id, title }: Step, said) {
      if (!isDiagnosed(id)) return null
      const problem = `${title}: waiting longer cannot help`
      return hopelessBy(await look(of, { step: id, problem, seen: said }))
    },
  }
}

function look({ looking, inventory, layout, labSteps }: CausesOf, brought: Brought) {
  const now = labSteps.indexOf(brought.step)
  const began: Scene['began'] = (step) => now === -1 || labSteps.indexOf(step) <= now
  return gather(looking, { inventory, layout, began }, brought)
}
