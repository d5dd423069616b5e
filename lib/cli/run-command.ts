import type { Command } from '../engine/command.ts'
import type { Event, ListName } from '../ports/events.ts'
import { fileLock } from '../state/lock.ts'
import { runPlan } from '../engine/run-plan.ts'
import type { Result } from '../engine/setup.ts'
import { interruptible } from './signals.ts'
import { loadInventory } from '../inventory/load.ts'
import { notALab } from './inventory-file.ts'
import { fingerprintOf } from '../inventory/fingerprint.ts'
import { withShortTimeouts } from '../inventory/inventory.ts'
import type { Inventory } from '../inventory/inventory.ts'
import type { FaultOn } from '../faults/faults-on.ts'
import { layoutOf } from '../lab/layout.ts'
import { chooseView } from '../view/choose-view.ts'
import { openView } from '../view/open-view.ts'
import { withoutSecrets } from '../view/clean.ts'
import { type EvidenceFile, evidenceFile } from './evidence-file.ts'
import { mayBreak, mayRollBack, noteOf } from './fault-commands.ts'
import { countingLedger } from './ledger.ts'
import { type ActsOn, completedEvent } from './hints.ts'
import type { CommonOptions, RunRequest } from './request.ts'
import { boundCommand, boundOf, savingOf } from './saved-plan.ts'
import { systemClock } from './system-clock.ts'
import type { RunOptions } from './run-ports.ts'
import { type Target, targetOf } from './targets.ts'
import { VERSION } from './project.ts'
import { programFor, quoted, type RunHints, hintsFor } from './run-hints.ts'

/** Carries out a command that goes through steps, forward or back; returns the exit code. */
export async function runCommand(request: RunRequest, common: CommonOptions): Promise<number> {
  const read = await loadInventory(common.inventory)
  const inventory = request.command === 'verify' ? withShortTimeouts(read) : read
  const command = commandOf(request)
  const words = hintsFor(request, common)
  const acts = actsOn(inventory, common)
  const { kind, color } = chooseView({
    isTTY: process.stdout.isTTY,
    json: common.json,
    env: process.env,
  })
  const view = openView({
    kind,
    color,
    verbose: common.verbose,
    out: process.stdout,
    err: process.stderr,
  })
  const interrupt = interruptible(process, words.again, () => {
    view.notice('stopping after what is in flight; a second time stops at once')
  })
  const counts = countingLedger()
  let step = ''
  try {
    const evidence = await evidenceOf(request)
    const around: RunOptions = {
      mode: command.mode,
      signal: interrupt.signal,
      counts,
      currentStep: () => step,
      onConflict: request.command === 'run' ? request.onConflict : undefined,
      onEvidence: evidence?.take,
    }
    const target = await targetOf(inventory, around)
    const bound = await boundOf(request, async (currentStep) =>
      listsFor(request, await targetOf(inventory, { ...around, mode: 'dry-run', currentStep })),
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
      signal: interrupt.signal,
      sink: (event: Event) => {
        if (event.type === 'step-started') step = event.step
        view.sink(completedEvent(event, acts))
      },
      runTasks: view.runTasks,
      hints: words,
      program: VERSION,
      seal: withoutSecrets,
      ...(bound === null ? {} : { bound }),
      ...savingOf(request, words.all),
      ledger: counts.ledger,
      // What stands in the way of a rollback, or of a plan, is told by the step itself.
      // What a fault waits for is just what the diagnosis would end a wait for.
      ...(request.command === 'lab-break' ? {} : diagnoseFor(command, target)),
      notes: (ended) => notesFor(request, inventory, { words, ended, on }),
      run: `${systemClock.now().toISOString()}-${process.pid}`,
    })
    if (evidence !== null && !interrupt.signal.aborted) {
      view.notice(await evidence.write(result, target.causes.gather))
    }
    return result.code
  } finally {
    interrupt.stop()
    await view.close()
  }
}

function commandOf(request: RunRequest): Command {
  switch (request.command) {
    case 'run': {
      const { dryRun, resume, keep, from, only } = request
      return { mode: dryRun ? 'dry-run' : 'run', resume, keep, from, only }
    }
    case 'lab-up':
      return {
        mode: request.dryRun ? 'dry-run' : 'run',
        resume: request.resume,
        keep: request.keep,
      }
    case 'verify':
      return { mode: 'verify' }
    case 'rollback':
      return { mode: 'rollback', list: 'chapter', to: request.to, resume: request.resume }
    case 'lab-down':
      return { mode: 'rollback', list: 'lab' }
    case 'lab-break':
      return { mode: request.dryRun ? 'dry-run' : 'run' }
    case 'lab-mend':
      return { mode: 'rollback', list: 'faults' }
  }
}

function diagnoseFor({ mode }: Command, { causes: { diagnose } }: Target) {
  return mode === 'run' || mode === 'verify' ? { diagnose } : {}
}

/** Where the evidence is kept, if it is to be kept. */
function evidenceOf(request: RunRequest): Promise<EvidenceFile> | null {
  if (request.command !== 'verify' || request.evidence === undefined) return null
  return evidenceFile(request.evidence)
}

/** What has a list of its own knows only that; there is no lab where the inventory names a cluster. */
function listsFor(request: RunRequest, { lists }: Target): Target['lists'] {
  const named = (name: ListName) => {
    const found = lists.filter((list) => list.name === name)
    if (found.length > 0) return found
    throw notALab()
  }
  switch (request.command) {
    case 'lab-up':
    case 'lab-down':
      return named('lab')
    case 'lab-break':
      return named('faults').map((list) => ({
        ...list,
        steps: list.steps.filter(({ id }) => id === request.fault),
      }))
    case 'lab-mend':
      return named('faults')
    default:
      return lists.filter(({ name }) => name !== 'faults')
  }
}

/** Throws InputError where the faults that are on, or the one asked for, are in the way. */
function mayBegin(request: RunRequest, { lists }: Target, on: readonly FaultOn[]): void {
  if (request.command === 'rollback') mayRollBack(on)
  if (request.command !== 'lab-break') return
  const known = lists.flatMap(({ name, steps }) => (name === 'faults' ? steps : []))
  const ids = known.map(({ id }) => id)
  mayBreak(request.fault, ids, on)
}

/** What the commands in remedies act on. A lab's own kubeconfig is what the end of its run names. */
function actsOn({ target }: Inventory, common: CommonOptions): ActsOn {
  const program = programFor(common)
  if (target.kind === 'lab') return { program }
  const { kubeconfig, context } = target
  return {
    program,
    kubectl: `--kubeconfig ${quoted(kubeconfig)} --context ${quoted(context)}`,
  }
}

interface Closing {
  readonly words: RunHints
  readonly ended: Result
  /** At the beginning. */
  readonly on: readonly FaultOn[]
}

function notesFor(
  request: RunRequest,
  inventory: Inventory,
  { words, ended, on }: Closing,
): readonly string[] {
  switch (request.command) {
    case 'lab-break':
      return ended.changed > 0 ? [`Take it off: ${words.undo}`] : []
    case 'lab-mend':
    case 'lab-down':
      return []
    default:
      return [...usualNotes(request, inventory, { words, ended }), ...noteOf(on, words.mend)]
  }
}

function usualNotes(
  { command }: RunRequest,
  inventory: Inventory,
  { words: { undo }, ended }: Omit<Closing, 'on'>,
): readonly string[] {
  if ((command !== 'run' && command !== 'lab-up') || ended.mode !== 'run' || ended.code !== 0) {
    return []
  }
  const { kind } = inventory.target
  const kubeconfig = layoutOf(inventory.lab.name).adminKubeconfig
  return [
    ...(ended.changed > 0 ? [`Undo: ${undo}`] : []),
    ...(kind === 'lab' ? [`export KUBECONFIG=${kubeconfig}`] : []),
  ]
}
