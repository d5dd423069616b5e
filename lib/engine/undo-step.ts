import { type Explanation, InputError, LockedError, messageOf, StepError } from '../core/errors.ts'
import type { Turn } from './carry-out.ts'
import { goOnFrom, isOpen } from './ending.ts'
import type { Explained } from './explain.ts'
import type { Intent } from './journal.ts'
import { type Item, type RunContext, actingOf } from './run-context.ts'

/** Undoes what the step had begun (unless `keep`), then tells the failure. Never throws. */
export async function failStep(turn: Turn, { explanation, error }: Explained): Promise<void> {
  const { run, item } = turn
  const { setup } = run
  const noAccess = error instanceof StepError && error.noAccess
  if (error instanceof LockedError) {
    reportLost(turn, explanation)
    return
  }
  // Bad input, or a plan that does not fit any more, found before anything was done, leaves no trace:
  // there is nothing to go on with.
  const traceless = error instanceof InputError || setup.bound !== undefined || noAccess
  const worthIt = run.session.hasBegun() || !traceless
  const begun = worthIt && (await recordFailure(run, item))
  const undone = await undoOpen(turn, noAccess)
  const goOn = goOnFrom(setup.hints, { begun, open: isOpen(run, item) })
  setup.sink({ type: 'step-failed', step: item.step.id, explanation, undone, goOn })
}

/** Without the lock neither the world nor the journal is ours to write. */
function reportLost({ run, item, attempt }: Turn, explanation: Explanation): void {
  const open = isOpen(run, item)
  const goOn = goOnFrom(run.setup.hints, { begun: run.session.hasBegun(), open })
  const earlier = run.session.stepsOfRun().filter((step) => step !== item.step.id)
  const before = earlier.length === 0 ? [] : [`changed by this run before: ${earlier.join(', ')}`]
  const undone = open
    ? [
        'nothing: without the lock, what was begun is left as it is',
        // The step goes through them one by one; how far it came only the cluster can tell.
        ...attempt.changes.map(({ action, what }) => `perhaps done: ${action} ${what}`),
        ...before,
      ]
    : before.length === 0
      ? []
      : ['nothing: this step had changed nothing', ...before]
  run.session.lose()
  run.setup.sink({ type: 'step-failed', step: item.step.id, explanation, undone, goOn })
}

/** Undoes intents in the order given, journals each as undone. Adds to `undone`, also where one fails half-way. */
export async function undoIntents(
  run: RunContext,
  item: Item,
  intents: readonly Intent[],
  undone: string[],
): Promise<void> {
  for (const intent of intents) {
    await undoOne(run, item, intent, undone)
    await run.session.append(item.list, { type: 'undone', n: intent.n })
  }
}

async function undoOne(run: RunContext, item: Item, intent: Intent, undone: string[]) {
  let lines: readonly string[] = []
  const acting = actingOf(run, item, {
    record: (fact) => run.session.append(item.list, { type: 'fact', n: intent.n, fact }),
    undone: (soFar) => {
      lines = [...soFar]
    },
  })
  try {
    lines = await item.step.rollback(acting, intent.undo, intent.facts)
  } finally {
    undone.push(...lines)
  }
}

async function undoOpen(
  { run, item, attempt }: Turn,
  noAccess: boolean,
): Promise<readonly string[]> {
  const { command, hints } = run.setup
  const { undo } = hints
  const intents = run.session.open(item.list, item.step.id)
  if (intents.length === 0) return []
  if (!attempt.touched) return ['nothing: what an earlier run had begun is left as it is']
  if (command.mode !== 'rollback' && command.keep === true)
    return [`nothing, as asked with --keep; to undo it: ${undo}`]
  if (noAccess) return [`nothing: the cluster cannot be asked; to undo it: ${undo}`]
  const lines: string[] = []
  try {
    await run.session.claim(item.list, item.step.id)
    for (const intent of intents) {
      const facts = attempt.facts.get(intent.n) ?? intent.facts
      await undoOne(run, item, { ...intent, facts }, lines)
      await run.session
        .append(item.list, { type: 'undone', n: intent.n })
        .catch((error: unknown) => {
          // Given back all the same; that the journal does not know it only means that it is done again.
          lines.push(`not in the journal: ${messageOf(error)}`)
        })
    }
    return lines
  } catch (error) {
    return [...lines, `not everything: ${messageOf(error)}; to try again: ${undo}`]
  }
}

/** True when the journal knows of the failure, so that `--resume` finds it. */
async function recordFailure(run: RunContext, { list, step }: Item): Promise<boolean> {
  try {
    await run.session.begin(list, step.id)
    await run.session.append(list, { type: 'failed', step: step.id })
    return true
  } catch {
    return false
  }
}
