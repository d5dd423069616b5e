import type { Command } from '../engine/command.ts'
import { planDigest } from '../engine/saved-plan.ts'
import { planFile, readPlanFile } from '../state/saved-plan-file.ts'
import type { Bound, Saving } from '../engine/setup.ts'
import type { PlanFlags, Request } from '../command-line/request.ts'
import { quoted } from '../core/shell.ts'

type Given = Pick<Request, 'command'> & Pick<PlanFlags, 'save' | 'plan'>

/** Where a dry-run keeps its plan, if it is to be kept. `all` runs the same list. */
export function savingOf({ save }: Given, all: string): { readonly saving?: Saving } {
  if (save === undefined) return {}
  return { saving: { store: planFile(save), carryOut: `${all} --plan ${quoted(save)}` } }
}

/** The plan that a run is bound to; null where it is bound to none. @throws InputError */
export async function boundOf(
  { plan: where }: Given,
  rehearse: Bound['rehearse'],
): Promise<Bound | null> {
  return where === undefined ? null : { plan: await readPlanFile(where), where, rehearse }
}

/** The command that carries a plan out: it says where to begin and end, unless a run goes on that knows. */
export function boundCommand(command: Command, { plan }: Bound): Command {
  if (command.mode !== 'run') return command
  const { from, only } = plan
  const places = command.resume === true ? {} : { from, only }
  return { ...command, ...places, savedPlan: planDigest(plan) }
}
