import { defined } from '../core/defined.ts'
import type { LookData } from '../core/look-data.ts'
import type { Diagnose } from '../ports/diagnose.ts'
import type { Looking, Scene, Slow } from '../evidence/channel.ts'
import type { Evidence, FailureSeen } from '../evidence/evidence.ts'
import { explainBy, permanentCauseIn } from './explain.ts'
import { gather, wantedOf } from '../evidence/gather.ts'
import { unlooked } from '../evidence/unlooked.ts'

/** Tells causes of the steps of a target. `sceneAt` is what is to be expected when that step runs. */
export function diagnoseBy(
  looking: Looking,
  sceneAt: (step: string) => Scene,
  onEvidence?: (evidence: Evidence) => void,
): Diagnose {
  const slow: Slow = new Map()
  // A recording has all that can be seen.
  const hurry = { slow, isEnough: onEvidence === undefined ? hasHostCause : undefined }
  /** A wait that ends has time for what is behind it. */
  const atOnce = async (failure: FailureSeen, scene: Scene, data: LookData) => {
    const found = permanentCauseIn(atHand(failure, scene, data))
    if (found === null) return null
    return permanentCauseIn(await gather(looking, scene, { failure, data }, { slow })) ?? found
  }
  return async ({ id, touches, examines = [] }, { explanation, data = {}, noAccess }, asked) => {
    if (touches.length === 0) return null
    const { problem, seen = [] } = explanation
    const { refusals } = data
    const failure = defined({ step: id, touches, examines, problem, seen, refusals })
    const scene = sceneAt(id)
    if (isSilent(scene, noAccess)) return null
    // The one line that shows it says more than all that the look had to say.
    if (asked === 'look') return atOnce({ ...failure, seen: [] }, scene, data)
    // A wait that was ended has its cause with it.
    const isTold = explanation.verdict !== undefined
    if (isTold && onEvidence === undefined) return null
    const measures = asked === 'end'
    const evidence = await gather(looking, scene, { failure, data }, { ...hurry, measures })
    if (asked === 'wait') return permanentCauseIn(evidence)
    onEvidence?.(evidence)
    return isTold ? null : explainBy(evidence, explanation)
  }
}

/** Nothing lies lower: whatever else is seen, this stays the first cause. */
function hasHostCause(seen: Evidence): boolean {
  return permanentCauseIn(seen)?.verdict?.layer === 'hosts'
}

/** Only a lab's hosts can be looked at without its API. */
function isSilent({ layout }: Scene, noAccess = false): boolean {
  return noAccess && layout === null
}

/** What the step itself has read of pods and nodes; nothing else is asked. */
function atHand(failure: FailureSeen, { inventory }: Scene, { pods, nodes }: LookData): Evidence {
  return {
    failure,
    // A registry may always be reached later, for all that is known here.
    wanted: { ...wantedOf(inventory), target: 'cluster' },
    ...unlooked('only what the step itself has read was looked at'),
    ...(pods === undefined ? {} : { pods: { found: pods } }),
    ...(nodes === undefined ? {} : { nodes: { found: nodes } }),
  }
}
