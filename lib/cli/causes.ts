import { AsyncLocalStorage } from 'node:async_hooks'
import type { Evidence, FailureSeen } from '../evidence/evidence.ts'
import type { Looking, Scene } from '../evidence/channel.ts'
import type { Probes } from '../dns/probe-pods.ts'
import type { Inventory } from '../inventory/inventory.ts'
import type { Layout } from '../lab/layout.ts'
import type { Diagnose } from '../ports/diagnose.ts'
import type { LabPart, Step, StepId } from '../ports/step.ts'

/** What failures are explained by: the target, and the lab's steps in their order (none without one). */
export interface CausesOf {
  readonly looking: Looking
  readonly inventory: Inventory
  readonly layout: Layout | null
  readonly probes: Probes
  readonly labSteps: readonly Step[]
  /** Given what was gathered of each failure, where that is to be kept. */
  readonly onEvidence: ((evidence: Evidence) => void) | undefined
}

/** The engine's hook that tells why a step has failed, or will; and the same look without a failure. */
export interface Causes {
  readonly diagnose: Diagnose
  readonly gather: (failure: FailureSeen) => Promise<Evidence>
}

/** What is asked on behalf of a diagnosis, wherever it is asked from. */
const diagnosis = new AsyncLocalStorage<true>()

/** Tells what takes long, but not where it is a diagnosis that waits: the step it would be told of does not. */
export function unlessDiagnosing(tell: (text: string) => void): (text: string) => void {
  return (text) => {
    if (diagnosis.getStore() === undefined) tell(text)
  }
}

export function causesOf({
  looking,
  inventory,
  layout,
  probes,
  labSteps,
  onEvidence,
}: CausesOf): Causes {
  const sceneAt = (step: StepId): Scene => {
    const now = labSteps.findIndex(({ id }) => id === step)
    const done = now === -1 ? labSteps : labSteps.slice(0, now + 1)
    // Where there is no lab, all that makes a cluster is there.
    const has = (part: LabPart): boolean => layout === null || provides(done, part)
    return { inventory, layout, probes, has }
  }
  let told: Promise<Diagnose> | undefined
  // Loaded when something waits or has failed: other runs do without.
  return {
    diagnose: (...failing) =>
      diagnosis.run(true, async () => {
        told ??= import('../diagnosis/diagnose.ts').then(({ diagnoseBy }) =>
          diagnoseBy(looking, sceneAt, onEvidence),
        )
        return (await told)(...failing)
      }),
    async gather(failure) {
      const { gather } = await import('../evidence/gather.ts')
      return gather(looking, sceneAt(failure.step), { failure, data: {} })
    },
  }
}

function provides(steps: readonly Step[], part: LabPart): boolean {
  return steps.some((step) => step.provides?.includes(part) === true)
}

/** The step after which a part of the lab is there. */
export function providerOf(labSteps: readonly Step[], part: LabPart): StepId {
  const provider = labSteps.find((step) => provides([step], part))
  if (provider === undefined) throw new Error(`no step provides ${part}`)
  return provider.id
}
