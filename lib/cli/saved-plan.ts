import type { Command } from '../engine/command.ts'
import { planDigest } from '../engine/saved-plan.ts'
import { planFile, readPlanFile } from '../state/saved-plan-file.ts'
import type { Bound, Saving } from '../engine/setup.ts'
import type { PlanFlags, Request } from './request.ts'
import { quoted } from './run-hints.ts'

/** Where a dry-run keeps its plan, if it is to be kept. `all` runs the same list. */
export function savingOf(request: Request, all: string): { readonly saving?: Saving } {
  const { save } = flagsOf(request)
  if (save === undefined) return {}
  return { saving: { store: planFile(save), carryOut: `${all} --plan ${quoted(save)}` } }
}

/** The plan that a run is bound to; null where it is bound to none. @throws InputError */
export async function boundOf(
  request: Request,
  rehearse: Bound['rehearse'],
): Promise<Bound | null> {
  const { plan: where } = flagsOf(request)
  return where === undefined ? null : { plan: await readPlanFile(where), where, rehearse }
}

function flagsOf(request: Request): Pick<PlanFlags, 'save' | 'plan'> {
  return request.command === 'run' || request.command === 'lab-up' ? request : {}
}

/** The command that carries a plan out: it says where to begin and end, unless a run goes on that knows. */
export function boundCommand(command: Command, { plan }: Bound): Command {
  if (command.mode !== 'run') return command
  const { from, only } = plan
  const places = command.resume === true ? {} : { from, only }
  return { ...command, ...places, savedPlan: planDigest(plan) }
}
