import { isDiagnosed } from '../diagnosis/concerns.ts'
import { explainBy, hopelessBy } from '../diagnosis/explain.ts'
import { type Brought, gather } from '../diagnosis/gather.ts'
import type { Scene } from '../diagnosis/scene.ts'
import type { Looking } from '../diagnosis/channel.ts'
import type { Setup } from '../engine/setup.ts'
import { StepError } from '../core/errors.ts'
import type { Inventory } from '../inventory/inventory.ts'
import type { Layout } from '../lab/layout.ts'
import type { Step, StepId } from '../ports/step.ts'

/** What failures are explained by: the target, and the lab's steps in their order (none without one). */
export interface CausesOf {
  readonly looking: Looking
  readonly inventory: Inventory
  readonly layout: Layout | null
  readonly labSteps: readonly StepId[]
  /** Steps whose own measurement says more than that waiting is in vain, and does not take long. */
  readonly letsFinish: readonly StepId[]
}

/** The engine's hooks that tell why a step has failed, or will. */
export function causesOf(of: CausesOf): Required<Pick<Setup, 'explain' | 'hopeless'>> {
  return {
    async explain({ id }, error) {
      // A wait that was ended as hopeless has its cause with it.
      if (!(error instanceof StepError) || error.obstacle || !isDiagnosed(id)) return undefined
      if (error.explanation.verdict !== undefined) return undefined
      const { explanation } = error
      const { problem, seen = [] } = explanation
      const brought = { step: id, problem, seen, ...error.data }
      return explainBy(await look(of, brought), explanation)
    },
    async hopeless({ id, title }: Step, said) {
      if (!isDiagnosed(id) || of.letsFinish.includes(id)) return null
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
