import { defined } from '../core/defined.ts'
import { exitCodeOf } from '../core/errors.ts'
import type { Ending } from './ending.ts'
import { explanationOf } from './explain.ts'
import type { ForwardPlan } from './plan.ts'
import type { Foreseen } from './preview.ts'
import type { RunContext } from './run-context.ts'
import { clusterOf } from './saved-plan-bound.ts'
import { PLAN_VERSION, planText, type SavedPlan, savedCheck } from './saved-plan.ts'

/** The end of a dry-run whose plan is to be kept: kept only where it can be carried out. */
export async function savePlan(
  run: RunContext,
  plan: ForwardPlan,
  foreseen: readonly Foreseen[],
): Promise<Ending> {
  const { saving } = run.setup
  if (saving === undefined) throw new Error('no place to save to was given')
  const { store, carryOut } = saving
  if (foreseen.some(({ obstacle }) => obstacle !== null)) {
    const note = `Not saved in ${store.where}: as things stand it cannot be carried out.`
    return { code: 1, notes: [note] }
  }
  try {
    await store.write(planText(await toSave(run, plan, foreseen)))
    const later = foreseen.some(({ check }) => check.status === 'unknown')
    const notes = [`Saved in ${store.where}. To carry out exactly this: ${carryOut}`]
    if (later) notes.push('Steps that cannot be planned yet may then read, and write nothing.')
    return { code: 0, notes }
  } catch (error) {
    return { code: exitCodeOf(error), error, unreported: explanationOf(error) }
  }
}

async function toSave(
  { setup }: RunContext,
  { from, only }: ForwardPlan,
  foreseen: readonly Foreseen[],
): Promise<SavedPlan> {
  return setup.seal({
    v: PLAN_VERSION,
    kind: 'plan',
    made: setup.clock.now().toISOString(),
    program: setup.program,
    target: setup.lists[0]?.target ?? '',
    inventory: setup.inventory,
    cluster: await clusterOf(setup.lists),
    ...defined({ from, only }),
    steps: foreseen.map(({ item: { list, step }, check }) => {
      return { list, step: step.id, check: savedCheck(check) }
    }),
  })
}
