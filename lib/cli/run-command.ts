import type { Command } from '../engine/command.ts'
import type { Result } from '../engine/setup.ts'
import type { ListName, Mode } from '../ports/events.ts'
import { fileLock } from '../state/lock.ts'
import { runPlan } from '../engine/run-plan.ts'
import { notALab, readInventory } from './inventory-file.ts'
import { fingerprintOf } from '../inventory/fingerprint.ts'
import { type Inventory, withShortTimeouts } from '../inventory/inventory.ts'
import { unnamed } from '../exercises/unnamed.ts'
import { endExercise } from '../exercises/exercise-file.ts'
import type { FaultOn } from '../faults/faults-on.ts'
import { withoutSecrets } from '../view/clean.ts'
import { STARTED_AT } from './started-at.ts'
import { evidenceFile } from './evidence-file.ts'
import { mayBreak, mayDuringExercise, mayMend, mayRollBack } from './fault-commands.ts'
import { type Closing, notesFor } from './notes.ts'
import { onScreen } from './on-screen.ts'
import type { CommonOptions, RunFlags, RunRequest } from '../command-line/request.ts'
import { boundCommand, boundOf, savingOf } from './saved-plan.ts'
import type { Along } from './step-by-step.ts'
import { systemClock } from './system-clock.ts'
import type { RunOptions } from './run-ports.ts'
import { type Target, targetOf } from './targets.ts'
import { VERSION } from './project.ts'
import { actsOn, hintsFor, plainKubectl } from './run-hints.ts'

/** Carries out a command that goes through steps, forward or back; returns the exit code. */
export async function runCommand(request: RunRequest, common: CommonOptions): Promise<number> {
  const read = await readInventory(common)
  const inventory = request.command === 'verify' ? withShortTimeouts(read) : read
  const words = hintsFor(request, common)
  const told = {
    stopping: 'stopping after what is in flight',
    again: words.again,
    acts: { ...actsOn(inventory, common), resume: words.resume },
    mode: portsMode(commandOf(request)),
    kubectl: plainKubectl(inventory),
    report: request.report,
    inLines: isStepByStep(request),
  }
  return onScreen(common, told, async (screen) => {
    const { signal, counts, currentStep, tell, sink, notice, runTasks, stop } = screen
    const command = commandOf(request)
    const before = isStepByStep(request) ? await alongside({ common, inventory, signal, stop }) : {}
    const kept = request.command === 'verify' ? request.evidence : undefined
    const evidence = kept === undefined ? null : await evidenceFile(kept)
    const around: RunOptions = {
      ...{ mode: portsMode(command), signal, counts, currentStep, tell, sink },
      onConflict: request.command === 'run' ? request.onConflict : undefined,
      onEvidence: evidence?.take,
    }
    const target = await targetOf(inventory, around)
    const bound = await boundOf(request, async (step) =>
      listsFor(
        request,
        await targetOf(inventory, { ...around, mode: 'dry-run', currentStep: step }),
      ),
    )
    const on = await target.faultsOn()
    mayBegin(request, target, on)
    const result = await runPlan({
      lists: listsFor(request, target),
      command: bound === null ? command : boundCommand(command, bound),
      inventory: fingerprintOf(inventory),
      target: target.title,
      lock: fileLock(target.lockFile, systemClock),
      clock: systemClock,
      since: STARTED_AT,
      ...{ signal, sink, runTasks, ...before },
      last: () => target.asking.end(),
      mayLookAhead: target.isThere,
      hints: words,
      program: VERSION,
      seal: withoutSecrets,
      ...(bound === null ? {} : { bound }),
      ...savingOf(request, words.all),
      ledger: counts.ledger,
      byHand: request.report !== undefined,
      ...diagnoseFor(request, command.mode, target),
      notes: await closingFor(request, inventory, { words, on, target }),
      run: `${systemClock.now().toISOString()}-${process.pid}`,
    })
    if (request.command === 'lab-mend' && result.code === 0) await endExercise(inventory)
    if (evidence !== null && !signal.aborted) {
      notice(await evidence.write(result, target.causes.gather))
    }
    return result.code
  })
}

/** What is said at the end. */
async function closingFor(
  request: RunRequest,
  inventory: Inventory,
  {
    target: { exercise, asking, unmeasured },
    ...told
  }: Pick<Closing, 'words' | 'on'> & { target: Target },
): Promise<(ended: Result) => readonly string[]> {
  if (exercise === null) {
    return (ended) => [
      ...notesFor(request, inventory, { ...told, ended }),
      ...asking.notes(),
      ...unmeasured(),
    ]
  }
  const { exerciseNotes } = await import('./exercise-notes.ts')
  return (ended) => exerciseNotes(request, inventory, exercise, ended)
}

function isStepByStep(request: RunRequest): boolean {
  return 'stepByStep' in request
}

async function alongside(along: Along) {
  return { before: await (await import('./step-by-step.ts')).readAlong(along) }
}

const USUAL: readonly ListName[] = ['lab', 'chapter']

/** The lists that a command goes through. */
const LISTS: Readonly<Record<RunRequest['command'], readonly ListName[]>> = {
  run: USUAL,
  verify: USUAL,
  rollback: USUAL,
  'lab-up': ['lab'],
  'lab-down': ['lab'],
  'lab-break': ['faults'],
  'lab-mend': ['faults'],
}

/** There is no lab where the inventory names a cluster. */
export function listsFor(request: RunRequest, { lists }: Target): Target['lists'] {
  const found = lists.filter(({ name }) => LISTS[request.command].includes(name))
  if (found.length === 0) throw notALab()
  if (request.command !== 'lab-break') return found
  return found.map((list) => ({
    ...list,
    steps: list.steps.filter(({ id }) => id === request.fault),
  }))
}

/** What the engine is asked for. */
export function commandOf(request: RunRequest): Command {
  switch (request.command) {
    case 'run':
    case 'lab-up':
    case 'lab-break': {
      const { dryRun, resume, keep, from, only }: Partial<RunFlags> = request
      return { mode: dryRun ? 'dry-run' : 'run', resume, keep, from, only }
    }
    case 'verify':
      return { mode: 'verify' }
    case 'rollback':
      return { ...request, mode: 'rollback', list: 'chapter' }
    case 'lab-down':
      return { mode: 'rollback', list: 'lab' }
    case 'lab-mend':
      return {
        mode: 'rollback',
        list: 'faults',
        only: request.faults.length === 0 ? undefined : request.faults,
      }
  }
}

/** How the ports are made: those of a rollback that only tells remember writes instead of sending them. */
export function portsMode(command: Command): Mode {
  return command.mode === 'rollback' && command.dryRun === true ? 'dry-run' : command.mode
}

/**
 * What stands in the way of a rollback, or of a plan, is told by the step itself; and what a fault waits
 * for is just what the diagnosis would end a wait for.
 */
function diagnoseFor(
  { command }: RunRequest,
  mode: Mode,
  { causes: { diagnose }, exercise }: Target,
) {
  if (command === 'lab-break') return {}
  if (exercise !== null) return { diagnose: unnamed }
  return mode === 'run' || mode === 'verify' ? { diagnose } : {}
}

/** Throws InputError where the faults that are on, or the one asked for, are in the way. */
function mayBegin(request: RunRequest, { lists, exercise }: Target, on: readonly FaultOn[]): void {
  if (exercise !== null) mayDuringExercise(request)
  if (request.command === 'rollback') mayRollBack(on)
  if (request.command === 'lab-mend') mayMend(request.faults, on)
  if (request.command !== 'lab-break') return
  const known = lists.flatMap(({ name, steps }) => (name === 'faults' ? steps : []))
  const ids = known.map(({ id }) => id)
  mayBreak(request.fault, ids, on)
}
