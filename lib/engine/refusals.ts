import { InputError, StepError } from '../core/errors.ts'
import type { Change, Changes } from '../core/change.ts'
import type { Check, Step, StepId } from '../ports/step.ts'
import type { Hints, RollbackCommand } from './command.ts'
import type { Intent, Unfinished } from './journal.ts'
import { byNearness } from '../core/nearest.ts'

// What the engine itself says when it cannot go on; the steps say what concerns the world.

/** Options that do not go together. */
export function exclusive(problem: string): InputError {
  return new InputError({ problem, remedy: 'give one of them and leave the other out' })
}

export function unknownStep(id: StepId, ids: readonly StepId[]): InputError {
  const known = byNearness(id, ids)
  return new InputError({
    problem: `there is no step ${JSON.stringify(id)}`,
    seen: [`known steps, nearest first: ${known.join(', ')}`],
    remedy: 'npx tsx run.ts steps\n# shows what each of them does',
  })
}

/** `--resume` without anything to go on with. */
export function nothingUnfinished(journals: readonly string[]): InputError {
  return new InputError({
    problem: 'there is no unfinished run to resume',
    seen: journals.map((where) => `journal ${where}`),
    remedy: 'start a run without --resume',
  })
}

/** `rollback --resume` where nothing is unfinished, or what is goes forward. */
export function noRollback(
  { name, where }: { readonly name: string; readonly where: string },
  unfinished: Unfinished | null,
): InputError {
  const seen = [`journal ${where}`]
  if (unfinished === null) {
    const problem = `no rollback of the ${name} is unfinished, so there is none to resume`
    return new InputError({ problem, seen, remedy: 'leave out --resume to begin a rollback' })
  }
  return new InputError({
    problem: `run ${unfinished.run} is unfinished, and is not a rollback`,
    seen: [...seen, `begun at ${unfinished.at}`],
    remedy: 'npx tsx run.ts --resume\n# continues it; to undo it: npx tsx run.ts rollback',
  })
}

/** `rollback --resume` with another way to go than the unfinished one has. */
export function rollsBackTo(
  where: string,
  { run, to, undoes }: Unfinished,
  asked: RollbackCommand,
): InputError {
  const goes = undoes === undefined ? (to ?? 'before the first run') : 'before the last run'
  const flag = asked.lastRun === true ? '--last-run' : '--to'
  return new InputError({
    problem: `rollback ${run} goes back to ${goes}, not to ${asked.to ?? 'before the last run'}`,
    seen: [`journal ${where}`],
    remedy: `leave out ${flag} to resume it, or --resume to begin another rollback`,
  })
}

/** `--resume` of a run that wanted something else. */
export function inventoryChanged(where: string, was: Unfinished, now: string): InputError {
  return new InputError({
    problem: `the inventory has changed since run ${was.run} began`,
    seen: [`journal ${where}: then ${was.inventory}, now ${now}`],
    remedy:
      'restore the inventory, or start a new run without --resume: what is half done is closed first',
  })
}

/** `--resume` of a run that was bound to a saved plan, with another one or without; or the other way round. */
export function boundOtherwise(where: string, { run, savedPlan }: Unfinished): InputError {
  const seen = [`journal ${where}`]
  if (savedPlan === undefined) {
    const problem = `run ${run} was not carrying out that plan and cannot be resumed with it`
    const remedy =
      'leave out --plan to resume the run, or --resume to start a new run with the plan'
    return new InputError({ problem, seen, remedy })
  }
  return new InputError({
    problem: `run ${run} was carrying out a saved plan and can only be resumed with that one`,
    seen: [...seen, `digest of the plan: ${savedPlan}`],
    remedy:
      'give its file as well: --resume --plan FILE; or start a new run without --resume, bound to no plan',
  })
}

export function unknownInJournal(where: string, intent: Intent): InputError {
  return new InputError({
    problem: `the journal names a step that this version does not know: ${intent.step}`,
    seen: [`journal ${where}, run ${intent.run} at ${intent.at}`],
    cause: 'another version of this program made that change; only it knows how to undo it',
    remedy: 'undo with the version that wrote the journal',
  })
}

/** A step's precondition is not there, in a real run. */
export function notYet(
  step: Step,
  check: Extract<Check, { status: 'unknown' }>,
  { all }: Hints,
): StepError {
  return new StepError({
    problem: `${step.id} needs what ${check.after} makes: ${check.because}`,
    remedy: `run all steps: ${all}`,
  })
}

/** A step before `--from` is not as wanted. */
export function doesNotHold(step: Step, changes: Changes, { all }: Hints): StepError {
  return new StepError({
    problem: `${step.id} does not hold, and --from leaves the steps before it as they are`,
    seen: changes.map(lineOf),
    remedy: `run all steps: ${all}`,
  })
}

function lineOf({ action, what, note }: Change): string {
  return `to ${action}: ${what}${note === undefined ? '' : ` (${note})`}`
}
