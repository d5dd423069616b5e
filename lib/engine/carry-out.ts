import { StepError } from '../core/errors.ts'
import type { Json } from '../core/json.ts'
import { type Changes, isWriting } from '../core/change.ts'
import type { Check } from '../ports/step.ts'
import { isOpen } from './ending.ts'
import { claim } from './claim.ts'
import type { PlannedStep } from './plan.ts'
import { doesNotHold, notYet } from './refusals.ts'
import { type RunContext, actingOf, checkOf } from './run-context.ts'
import { mustBeAsPlanned } from './saved-plan-bound.ts'
import { verifyStep } from './verify-step.ts'

export type Attempt = {
  /** True once something of this step was written, or found half-done and taken over. */
  touched: boolean
  /** Facts by intent, also those that could not be journaled. */
  readonly facts: Map<number, Json[]>
  changes: Changes
}

export type Turn = {
  readonly run: RunContext
  readonly item: PlannedStep
  readonly attempt: Attempt
}

type Satisfied = Extract<Check, { status: 'satisfied' }>
type Drifted = Extract<Check, { status: 'drifted' }>

/** One step of a real run: look, then where it differs intent, apply, verify, done. Throws what went wrong. */
export async function carryOut(turn: Turn): Promise<void> {
  const { run, item } = turn
  const check = await lookUnderLock(run, item)
  switch (check.status) {
    case 'unknown':
      throw notYet(item.step, check, run.setup.hints)
    case 'satisfied':
      return confirm(turn, check)
    case 'drifted':
      if (item.action === 'assert') throw doesNotHold(item.step, check.changes, run.setup.hints)
      if (check.blocked !== undefined) throw new StepError(check.blocked, { obstacle: true })
      // What only waits writes nothing: it gets no lock, no intent and no apply.
      return check.changes.some(isWriting) ? change(turn, check) : wait(turn, check)
  }
}

/** Looks; when the step has to write and a lock is taken only for it, looks again. */
async function lookUnderLock(run: RunContext, item: PlannedStep): Promise<Check> {
  const check = await checkOf(run, item)
  mustBeAsPlanned(run, item, check)
  const { session } = run
  const { list, step } = item
  const applies = mayApply(item, check)
  const willChange = applies && check.changes.some(isWriting)
  const closes = (applies || check.status === 'satisfied') && isOpen(run, item)
  if (!willChange && !closes) return check
  run.ahead?.end()
  const fresh = willChange ? await claim(run, item) : await session.begin(list, step.id)
  return fresh ? lookUnderLock(run, item) : check
}

function mayApply({ action }: PlannedStep, check: Check): check is Drifted {
  return check.status === 'drifted' && action === 'run' && check.blocked === undefined
}

/** Nothing to do, unless a run that was killed had begun it: then it must be proven and closed. */
async function confirm({ run, item, attempt }: Turn, check: Satisfied): Promise<void> {
  const { list, step } = item
  let { because } = check
  if (isOpen(run, item)) {
    attempt.touched = true
    because = `${await verifyStep(run, item)} (begun by an earlier run)`
    await run.session.append(list, { type: 'done', step: step.id })
  }
  run.tally.unchanged += 1
  run.setup.sink({ type: 'step-satisfied', step: step.id, because })
}

async function wait({ run, item, attempt }: Turn, check: Drifted): Promise<void> {
  const { list, step } = item
  const open = isOpen(run, item)
  if (open) attempt.touched = true
  const proof = await verifyStep(run, item)
  // What was waited for has come, and with it perhaps what other looks have missed.
  run.ahead?.end()
  if (open) await run.session.append(list, { type: 'done', step: step.id })
  run.tally.unchanged += 1
  run.setup.sink({ type: 'step-done', step: step.id, changes: check.changes, proof })
}

/**
 * The intent is on the disk before the first write. A step found half-done gets one more intent: each
 * holds what it found, so that undoing them newest first ends at the state before the first.
 */
async function change({ run, item, attempt }: Turn, check: Drifted): Promise<void> {
  const { list, step } = item
  await claim(run, item)
  const { n } = await run.session.intent(list, step.id, check.undo)
  attempt.touched = true
  attempt.changes = check.changes.filter(isWriting)
  const facts: Json[] = []
  attempt.facts.set(n, facts)
  const remarks: string[] = []
  const acting = actingOf(run, item, {
    record: async (fact) => {
      facts.push(fact)
      await run.session.append(list, { type: 'fact', n, fact })
    },
    remark: (text) => remarks.push(text),
  })
  await step.apply(acting, check.changes)
  const proof = [await verifyStep(run, item), ...remarks].join('; ')
  await run.session.append(list, { type: 'done', step: step.id })
  run.tally.changed += 1
  run.setup.sink({ type: 'step-done', step: step.id, changes: check.changes, proof })
}
