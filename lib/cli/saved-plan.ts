import { planFile, readPlanFile } from '../engine/saved-plan-file.ts'
import type { Bound, Saving } from '../engine/setup.ts'
import type { StepId } from '../step.ts'
import type { Request } from './request.ts'

/** Where a dry-run keeps its plan, if it is to be kept. `again` runs the same without options. */
export function savingOf(request: Request, again: string): { readonly saving?: Saving } {
  if (request.command !== 'run' || request.save === undefined) return {}
  const { save } = request
  return { saving: { store: planFile(save), carryOut: `${again} --plan ${save}` } }
}

/** The plan that a run is bound to; null where it is bound to none. @throws InputError */
export async function boundOf(
  request: Request,
  rehearse: Bound['rehearse'],
): Promise<Bound | null> {
  if (request.command !== 'run' || request.plan === undefined) return null
  return { plan: await readPlanFile(request.plan), where: request.plan, rehearse }
}

/** Where the plan begins and ends. */
export function placesOf({ plan: { from, only } }: Bound): {
  readonly from: StepId | undefined
  readonly only: StepId | undefined
} {
  return { from, only }
}
