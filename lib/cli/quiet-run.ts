import { defined } from '../core/defined.ts'
import { runPlan } from '../engine/run-plan.ts'
import type { Result } from '../engine/setup.ts'
import { fingerprintOf } from '../inventory/fingerprint.ts'
import { type Inventory, withShortTimeouts } from '../inventory/inventory.ts'
import type { Event } from '../ports/events.ts'
import type { Reading } from '../ports/step.ts'
import { inTurn } from '../ports/task-runner.ts'
import { fileLock } from '../state/lock.ts'
import { withoutSecrets } from '../view/clean.ts'
import type { CommonOptions, RunRequest } from '../command-line/request.ts'
import { countingLedger } from './ledger.ts'
import { VERSION } from './project.ts'
import { commandOf, listsFor, portsMode } from './run-command.ts'
import { hintsFor } from './run-hints.ts'
import type { RunOptions } from './run-ports.ts'
import { systemClock } from './system-clock.ts'
import { targetOf } from './targets.ts'

/** A run that nobody watches: what it told, and ports to look with. */
export type Quiet = {
  readonly result: Result
  readonly events: readonly Event[]
}

/** What such a run needs to know. */
export type QuietOptions = {
  readonly common: CommonOptions
  readonly inventory: Inventory
  readonly signal: AbortSignal
  readonly faults?: RunOptions['faults']
  /** Told of each event as it comes. */
  readonly told?: (event: Event) => void
}

/** Carries a request out without a view. Throws what stops it before it begins, and the signal's reason where that aborts. */
export async function runQuietly(
  request: RunRequest,
  { common, inventory: read, signal, faults, told }: QuietOptions,
): Promise<Quiet> {
  const inventory = request.command === 'verify' ? withShortTimeouts(read) : read
  const counts = countingLedger()
  const events: Event[] = []
  const currentStep = () => events.findLast((event) => event.type === 'step-started')?.step ?? ''
  const command = commandOf(request)
  const target = await targetOf(inventory, {
    ...{ mode: portsMode(command), signal, counts, currentStep, tell: () => undefined },
    ...defined({ faults, onConflict: request.command === 'run' ? request.onConflict : undefined }),
  })
  const result = await runPlan({
    ...{ lists: listsFor(request, target), command, signal, runTasks: inTurn },
    inventory: fingerprintOf(inventory),
    target: target.title,
    lock: fileLock(target.lockFile, systemClock),
    clock: systemClock,
    since: systemClock.now().getTime(),
    sink: (event) => {
      events.push(event)
      told?.(event)
    },
    hints: hintsFor(request, common),
    program: VERSION,
    seal: withoutSecrets,
    ledger: counts.ledger,
    run: `${systemClock.now().toISOString()}-${process.pid}`,
  })
  // What was seen until then says nothing of the rest.
  signal.throwIfAborted()
  return { result, events }
}

/** A run that writes the chapter's objects as the manifest has them, whoever has changed them. */
export function writeObjects(options: QuietOptions): Promise<Quiet> {
  const plain = { dryRun: false, resume: false, keep: false } as const
  return runQuietly({ command: 'run', onConflict: 'adopt', ...plain }, options)
}

/** Ports that only look, at the target of the inventory. */
export async function lookingAt({ inventory, signal }: QuietOptions): Promise<Reading> {
  const target = await targetOf(withShortTimeouts(inventory), {
    ...{ mode: 'verify', signal, counts: countingLedger(), currentStep: () => '' },
    tell: () => undefined,
  })
  const [list] = target.lists
  if (list === undefined) throw new Error('a target has a list')
  const nobody = () => undefined
  return list.ports.reading({ signal, progress: nobody, saw: nobody, show: nobody })
}
