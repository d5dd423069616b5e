import { isDiagnosed } from '../diagnosis/concerns.ts'
import { explainBy, hopelessBy } from '../diagnosis/explain.ts'
import type { Evidence } from '../diagnosis/evidence.ts'
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
  /** Given what was gathered of each failure, where that is to be kept. */
  readonly onEvidence: ((evidence: Evidence) => void) | undefined
}

/** The engine's hooks, and the same look without a failure. */
export type Causes = Required<Pick<Setup, 'explain' | 'hopeless'>> & {
  readonly gather: (brought: Brought) => Promise<Evidence>
}

/** The engine's hooks that tell why a step has failed, or will. */
export function causesOf(of: CausesOf): Causes {
  return {
    async explain({ id }, error) {
      if (!(error instanceof StepError) || error.obstacle || !isDiagnosed(id)) return undefined
      const { explanation } = error
      // A wait that was ended as hopeless has its cause with it.
      const isTold = explanation.verdict !== undefined
      if (isTold && of.onEvidence === undefined) return undefined
      const { problem, seen = [] } = explanation
      const brought = { step: id, problem, seen, ...error.data }
      const evidence = await look(of, brought)
      of.onEvidence?.(evidence)
      return isTold ? undefined : explainBy(evidence, explanation)
    },
    gather: (brought) => look(of, brought),
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
