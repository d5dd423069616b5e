import { defined } from '../core/defined.ts'
import { exitCodeOf, StepError } from '../core/errors.ts'
import { type Attempt, carryOut, type Turn } from './carry-out.ts'
import { type Ending, interrupted, isStopping } from './ending.ts'
import { explainFailure } from './explain.ts'
import { tellByHand } from './by-hand.ts'
import { failStep } from './undo-step.ts'
import { inOrder } from './in-order.ts'
import { lookAhead } from './look-ahead.ts'
import type { ForwardPlan, PlannedStep } from './plan.ts'
import { type Foreseen, preview } from './preview.ts'
import { type Verdict, codeOf, prove } from './prove.ts'
import type { RunContext } from './run-context.ts'
import { savePlan } from './saved-plan-save.ts'

/** What is done with a step; an ending where none may follow it. */
type Way = (turn: Turn) => Promise<Ending | null>

/** Run, dry-run and verify: the steps in their order. */
export async function runSteps(run: RunContext, plan: ForwardPlan): Promise<Ending> {
  if (plan.mode === 'dry-run') return dryRun(run, plan)
  const { setup } = run
  // Who reads along takes their time, and what is shown then has to be of then.
  const early = setup.before === undefined && (await setup.mayLookAhead?.()) === true
  const due = plan.steps.filter(({ action }) => action !== 'skip')
  const ahead = early ? lookAhead(run, due) : undefined
  try {
    const looking = { ...run, ...defined({ ahead }) }
    return await (plan.mode === 'run' ? realRun(looking, plan) : verify(looking, plan))
  } finally {
    ahead?.end()
  }
}

async function realRun(run: RunContext, plan: ForwardPlan): Promise<Ending> {
  const ending = await inSteps(run, plan, async (turn) => {
    await carryOut(turn)
    return null
  })
  if (ending !== null) return ending
  // Mended by hand, perhaps: then nothing was written, and yet nothing is unfinished any more.
  if (plan.only === undefined) await run.session.settle(run.setup.lists.map(({ name }) => name))
  return { code: 0 }
}

async function dryRun(run: RunContext, plan: ForwardPlan): Promise<Ending> {
  const foreseen: Foreseen[] = []
  const ending = await inSteps(run, plan, async ({ item }) => {
    foreseen.push(await preview(run, item))
    return null
  })
  if (ending !== null) return ending
  const code = foreseen.some(({ obstacle }) => obstacle !== null) ? 1 : 0
  return run.setup.saving === undefined ? { code } : savePlan(run, plan, foreseen)
}

async function verify(run: RunContext, plan: ForwardPlan): Promise<Ending> {
  const verdicts: Verdict[] = []
  const ending = await inSteps(run, plan, async ({ item }) => {
    const verdict = await prove(run, item)
    verdicts.push(verdict)
    const left = plan.steps.length - plan.steps.indexOf(item) - 1
    if (verdict !== 'no-access' || left === 0) return null
    const notes = [`The ${left} steps after it were not looked at: they ask the same cluster.`]
    return { code: codeOf(verdicts), notes }
  })
  if (ending === null) return { code: codeOf(verdicts) }
  // The only such error that ends it: nothing is there.
  return ending.error instanceof StepError ? { ...ending, code: codeOf(['unhealthy']) } : ending
}

function inSteps(run: RunContext, plan: ForwardPlan, way: Way): Promise<Ending | null> {
  return inOrder(run, plan.steps, async (item) => {
    // There is nothing to read along where a step is only checked, or where a resumed run has been.
    if (item.action === 'run' && !wasReached(run, plan, item)) await run.setup.before?.(item.step)
    return takeTurn(run, item, way)
  })
}

/** True when this run, in an earlier process, has begun this step or a later one. */
function wasReached({ session }: RunContext, { steps }: ForwardPlan, item: PlannedStep): boolean {
  const begun = session.stepsOfRun()
  return steps.slice(steps.indexOf(item)).some(({ step }) => begun.includes(step.id))
}

/** One step in its turn; null when the next may follow. */
async function takeTurn(run: RunContext, item: PlannedStep, way: Way): Promise<Ending | null> {
  const { setup } = run
  const step = item.step.id
  if (item.action === 'skip') {
    setup.sink({ type: 'step-skipped', step, because: item.because ?? 'not asked for' })
    return null
  }
  if (isStopping(run)) return interrupted(run, null)
  setup.sink({ type: 'step-started', step })
  await tellByHand(run, item)
  const attempt: Attempt = { touched: false, facts: new Map(), changes: [] }
  try {
    await run.session.at(step)
    return await way({ run, item, attempt })
  } catch (error) {
    if (isStopping(run)) return interrupted(run, item)
    const explained = await explainFailure(setup, item.step, error)
    if (isStopping(run)) return interrupted(run, item)
    if (run.mode === 'run') await failStep({ run, item, attempt }, explained)
    else {
      const { explanation } = explained
      setup.sink({ type: 'step-failed', step, explanation, undone: [] })
    }
    return { code: exitCodeOf(explained.error), error: explained.error }
  }
}
