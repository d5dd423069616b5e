import { isWriting } from '../core/change.ts'
import { InputError, StepError } from '../core/errors.ts'
import type { Check, Step } from '../ports/step.ts'
import { EMPTY } from './journal.ts'
import { type ForwardPlan, makePlan, type PlannedStep } from './plan.ts'
import { planList } from './plan-list.ts'
import { type Foreseen, preview } from './preview.ts'
import type { RunContext } from './run-context.ts'
import { movesBeyond, movesOf } from './saved-plan-moves.ts'
import type { SavedStep } from './saved-plan.ts'
import type { Session } from './session.ts'
import type { Bound, Setup, StepList } from './setup.ts'

/** What of a run keeps it to a plan. */
type Kept = Pick<RunContext, 'setup' | 'session'>

/** The uid of the cluster that the lists act on; null where none answers. */
export async function clusterOf(lists: readonly StepList[]): Promise<string | null> {
  const identity = lists.find((list) => list.identity !== undefined)?.identity
  return (await identity?.()) ?? null
}

/**
 * Before a run that is bound to a saved plan begins: the dry-run is made again and must come to the same.
 * First without the lock, so that a refusal leaves no trace at all; then, where there is something to
 * write, once more under it.
 * @throws InputError where the plan is not for this, StepError where what it rests on has changed
 */
export async function rehearsed(setup: Setup, writer: Session, bound: Bound): Promise<void> {
  await rehearse(setup, writer, bound)
  const first = bound.plan.steps.find(({ check }) => wouldWrite(check))
  if (first !== undefined && (await writer.lock(first.step))) await rehearse(setup, writer, bound)
}

/** A step's own look, right before it acts, against the plan. @throws StepError where it has moved */
export function mustBeAsPlanned(run: Kept, item: PlannedStep, check: Check): void {
  const { bound } = run.setup
  if (bound === undefined) return
  const moves = movesSince(run, bound, { item, check })
  if (moves.length > 0) throw moved(run.setup, bound, [{ step: item.step, moves }])
}

/** A resumed run finds its own writes, which are no moves. @throws InputError where the plan has no such step */
function movesSince({ setup, session }: Kept, bound: Bound, { item, check }: Looked) {
  const { list, step } = item
  const saved = bound.plan.steps.find((one) => one.step === step.id)
  if (saved === undefined) throw otherSteps(bound, [step.id])
  return session.owns(list, step.id)
    ? movesBeyond(saved.check, check, setup.seal)
    : movesOf(step, saved.check, check, setup.seal)
}

function wouldWrite(check: SavedStep['check']): boolean {
  return check.status === 'drifted' && check.changes.some(isWriting)
}

type Looked = Pick<Foreseen, 'item' | 'check'>

type Moved = {
  readonly step: Step
  readonly moves: readonly string[]
}

async function rehearse(setup: Setup, writer: Session, bound: Bound): Promise<void> {
  let current = ''
  const lists = await bound.rehearse(() => current)
  await mustFit(setup, bound, lists)
  const run: RunContext = {
    // Quietly: nobody asked for another dry-run.
    setup: { ...setup, lists, sink: () => undefined },
    session: writer,
    mode: 'dry-run',
    tally: { changed: 0, unchanged: 0 },
  }
  const items = forwardPlan(setup, lists).steps.filter(({ action: how }) => how !== 'skip')
  mustNameTheSteps(bound, items)
  const all: Moved[] = []
  for (const item of items) {
    setup.signal.throwIfAborted()
    current = item.step.id
    const moves = movesSince(run, bound, await preview(run, item))
    if (moves.length > 0) all.push({ step: item.step, moves })
  }
  if (all.length > 0) throw moved(setup, bound, all)
}

function forwardPlan(setup: Setup, lists: readonly StepList[]): ForwardPlan {
  const { from, only } = setup.bound?.plan ?? {}
  const empty = lists.map((list) => planList(list, EMPTY))
  const made = makePlan(empty, { mode: 'dry-run', from, only }, setup.inventory)
  if (made.mode === 'rollback') throw new Error('a rollback has no dry-run')
  return made
}

/** The plan must be for this target, inventory, cluster and program. */
async function mustFit(setup: Setup, bound: Bound, lists: readonly StepList[]): Promise<void> {
  const { plan } = bound
  const target = lists[0]?.target ?? ''
  const { inventory, program } = setup
  if (plan.target !== target) throw foreign(bound, `for ${plan.target}; this is ${target}`)
  if (plan.inventory !== inventory)
    throw foreign(bound, `for inventory ${plan.inventory}; this one is ${inventory}`)
  if (plan.program !== program)
    throw foreign(bound, `by version ${plan.program}; this is ${program}`)
  if (plan.cluster === null) return
  const cluster = await clusterOf(lists)
  if (cluster === plan.cluster) return
  const here = cluster === null ? 'none answers here' : `the one here is ${cluster}`
  throw foreign(bound, `for the cluster ${plan.cluster}; ${here}`)
}

function mustNameTheSteps(bound: Bound, items: readonly PlannedStep[]): void {
  const known = items.map(({ list, step }) => `${list} ${step.id}`)
  const named = bound.plan.steps.map(({ list, step }) => `${list} ${step}`)
  const other = [
    ...known.filter((one) => !named.includes(one)),
    ...named.filter((one) => !known.includes(one)),
  ]
  if (other.length > 0 || named.length !== known.length) throw otherSteps(bound, other)
}

function foreign({ where, plan }: Bound, made: string): InputError {
  return new InputError({
    problem: `the plan ${where} cannot be carried out here: it was made ${made}`,
    seen: [`made ${plan.made}`],
    remedy: 'go back to what it was made for, or make another plan: --dry-run --save FILE',
  })
}

function otherSteps({ where }: Bound, steps: readonly string[]): InputError {
  return new InputError({
    problem: `the plan ${where} has other steps than this program`,
    seen: steps,
    cause: 'another version of this program made it, or another of its commands',
    remedy: 'make another plan: --dry-run --save FILE',
  })
}

function moved({ hints }: Setup, { where, plan }: Bound, all: readonly Moved[]): StepError {
  const [first] = all
  const others = all.length - 1
  const places = (['from', 'only'] as const)
    .map((place) => (plan[place] === undefined ? '' : ` --${place} ${plan[place]}`))
    .join('')
  const steps = `${first?.step.id ?? ''}${others > 0 ? ` and ${others} more steps` : ''}`
  return new StepError({
    problem: `the plan ${where} is out of date: ${steps}`,
    seen: [
      `planned at ${plan.made}`,
      ...all.flatMap(({ step, moves }) => moves.map((line) => `${step.id}: ${line}`)),
    ],
    cause:
      'what the plan rests on was changed after it was made, and nobody has agreed to the new plan',
    remedy: `see what would be done now: ${hints.all}${places} --dry-run --save FILE`,
  })
}
