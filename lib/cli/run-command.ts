import type { Command } from '../engine/command.ts'
import type { Event, Mode } from '../engine/events.ts'
import { fileLock } from '../engine/lock.ts'
import { runPlan } from '../engine/run-plan.ts'
import type { Result } from '../engine/setup.ts'
import { interruptible } from '../engine/signals.ts'
import { notALab, readInventory } from './inventory-file.ts'
import { fingerprintOf } from '../inventory/fingerprint.ts'
import { impatient } from '../inventory/impatient.ts'
import type { Inventory } from '../inventory/inventory.ts'
import type { Json } from '../json.ts'
import { layoutOf } from '../lab/layout.ts'
import { chooseView } from '../view/choose-view.ts'
import { openView } from '../view/open-view.ts'
import { redactJson } from '../view/redact-json.ts'
import { countingLedger } from './ledger.ts'
import type { CommonOptions, Request } from './request.ts'
import { boundOf, placesOf, savingOf } from './saved-plan.ts'
import { systemClock } from './system-clock.ts'
import { type Surroundings, type Target, targetOf } from './targets.ts'
import { VERSION } from './version.ts'

type RunRequest = Extract<
  Request,
  { command: 'run' | 'verify' | 'rollback' | 'lab-up' | 'lab-down' }
>

const PROGRAM = 'npx tsx run.ts'

/** Carries out a command that goes through steps, forward or back; returns the exit code. */
export async function runCommand(request: RunRequest, common: CommonOptions): Promise<number> {
  const read = await readInventory(common.inventory)
  const inventory = request.command === 'verify' ? impatient(read) : read
  const command = commandOf(request)
  const words = wordsFor(request, common)
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
  const interrupt = interruptible(process, words.resume, () => {
    view.notice('stopping after what is in flight; once more stops at once')
  })
  const counts = countingLedger()
  let step = ''
  try {
    const around: Surroundings = {
      mode: modeOf(command),
      signal: interrupt.signal,
      counts,
      currentStep: () => step,
      onConflict: request.command === 'run' ? request.onConflict : undefined,
    }
    const target = await targetOf(inventory, around)
    const bound = await boundOf(request, async (currentStep) =>
      listsFor(request, await targetOf(inventory, { ...around, mode: 'dry-run', currentStep })),
    )
    const result = await runPlan({
      lists: listsFor(request, target),
      command: bound === null ? command : { ...command, ...placesOf(bound) },
      inventory: fingerprintOf(inventory),
      target: target.title,
      lock: fileLock(target.lockFile, systemClock),
      clock: systemClock,
      signal: interrupt.signal,
      sink: (event: Event) => {
        if (event.type === 'step-started') step = event.step
        view.sink(event)
      },
      wording: words,
      program: VERSION,
      seal: (value) => redactJson(value as Json) as typeof value,
      ...(bound === null ? {} : { bound }),
      ...savingOf(request, words.again),
      ledger: counts.ledger,
      // What stands in the way of a rollback, or of a plan, is told by the step itself.
      ...(command.mode === 'run' || command.mode === 'verify' ? target.causes : {}),
      notes: (ended) => notesFor(request, inventory, { undo: words.undo, ended }),
      run: `${systemClock.now().toISOString()}-${String(process.pid)}`,
    })
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
      return { mode: 'rollback', list: 'chapter', to: request.to }
    case 'lab-down':
      return { mode: 'rollback', list: 'lab' }
  }
}

function modeOf({ mode }: Command): Mode {
  return mode
}

/** `lab up` and `lab down` know only the lab; there is none where the inventory names a cluster. */
function listsFor({ command }: RunRequest, { lists }: Target): Target['lists'] {
  if (command !== 'lab-up' && command !== 'lab-down') return lists
  const lab = lists.filter(({ name }) => name === 'lab')
  if (lab.length > 0) return lab
  throw notALab()
}

function wordsFor(request: RunRequest, { inventory }: CommonOptions) {
  const file = inventory === 'inventory.yaml' ? '' : ` --inventory ${inventory}`
  const base = `${PROGRAM}${file}`
  // Not kept in the journal: whoever goes on says it again, with the command that a failure names.
  const policy = request.command === 'run' ? request.onConflict : undefined
  const again = {
    run: policy === undefined ? base : `${base} --on-conflict ${policy}`,
    verify: `${base} verify`,
    rollback: `${base} rollback`,
    'lab-up': `${base} lab up`,
    'lab-down': `${base} lab down`,
  }[request.command]
  const resumable = request.command === 'run' || request.command === 'lab-up'
  const lab = request.command === 'lab-up' || request.command === 'lab-down'
  return {
    again,
    resume: resumable ? `${again} --resume` : again,
    undo: lab ? `${base} lab down` : `${base} rollback`,
  }
}

function notesFor(
  { command }: RunRequest,
  inventory: Inventory,
  { undo, ended }: { readonly undo: string; readonly ended: Result },
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
