import { inTurn } from '../../lib/ports/task-runner.ts'
import { join } from 'node:path'
import { chapterSteps } from '../../steps/chapter.ts'
import { countingLedger } from '../../lib/cli/ledger.ts'
import { PROJECT_FOLDER } from '../../lib/cli/project.ts'
import { systemClock } from '../../lib/cli/system-clock.ts'
import { hostFor } from '../../lib/cli/run-ports.ts'
import { VERSION } from '../../lib/cli/project.ts'
import type { Limits } from '../../lib/kube-client/api.ts'
import { FIELD_MANAGER } from '../../lib/objects/manager.ts'
import { openCluster } from '../../lib/kube-client/open-cluster.ts'
import type { Command } from '../../lib/engine/command.ts'
import type { Event, Ledger } from '../../lib/ports/events.ts'
import { journalFile } from '../../lib/state/journal-file.ts'
import { fileLock } from '../../lib/state/lock.ts'
import { runPlan } from '../../lib/engine/run-plan.ts'
import { exitCodeOf, isExplained } from '../../lib/core/errors.ts'
import type { Explanation } from '../../lib/core/errors.ts'
import { fingerprintOf } from '../../lib/inventory/fingerprint.ts'
import { loadInventory } from '../../lib/inventory/load.ts'

/** What a run in this process is about. */
export interface ChapterRun {
  readonly inventory: string
  readonly kubeconfig: string
  readonly context: string
  readonly servers: readonly string[]
  /** Where its journal and its lock lie. */
  readonly folder: string
  readonly userAgent: string
  readonly command: Command
  readonly limits?: Partial<Limits>
}

/** How it ended. */
export interface ChapterEnd {
  readonly code: number
  /** What it said of each failure. */
  readonly explanations: readonly Explanation[]
  readonly ledger: Ledger
  readonly error: unknown
}

/** Replays the chapter as the command line does, but in this process, with limits of its own and several servers. */
export async function chapterRun(of: ChapterRun): Promise<ChapterEnd> {
  const { folder, command } = of
  const inventory = await loadInventory(of.inventory)
  const counts = countingLedger()
  const { signal } = new AbortController()
  const cluster = await openCluster({
    kubeconfig: of.kubeconfig,
    context: of.context,
    servers: of.servers,
    userAgent: of.userAgent,
    fieldManager: FIELD_MANAGER,
    readOnly: command.mode === 'verify' || command.mode === 'dry-run',
    onRequest: (sent) => {
      counts.onRequest(sent)
    },
    ...(of.limits === undefined ? {} : { limits: of.limits }),
  })
  const { mode } = command
  const host = hostFor(inventory, {
    mode,
    signal,
    counts,
    tell: () => undefined,
    currentStep: () => '',
  })
  const shared = { host, cluster, clock: systemClock }
  const explanations: Explanation[] = []
  const end = { ledger: counts.ledger, explanations }
  try {
    const { code, error } = await runPlan({
      command,
      inventory: fingerprintOf(inventory),
      target: 'the chapter',
      lists: [
        {
          name: 'chapter',
          steps: chapterSteps({
            inventory,
            path: join(folder, 'coredns.yaml'),
            kept: join(PROJECT_FOLDER, 'manifests', 'coredns-1.6.2.yaml'),
            image: () => Promise.resolve(inventory.probe.image),
            probes: () => Promise.resolve(inventory.probe.image),
          }),
          ports: {
            reading: (hooks) => ({ ...shared, ...hooks }),
            acting: (hooks) => ({ ...shared, ...hooks }),
          },
          journal: journalFile(join(folder, 'chapter.journal')),
          target: 'cluster',
          identity: () => cluster.uid(),
        },
      ],
      lock: fileLock(join(folder, 'lock'), systemClock),
      clock: systemClock,
      signal,
      runTasks: inTurn,
      sink: (event: Event) => {
        if (event.type === 'step-failed') explanations.push(event.explanation)
        if (event.type === 'run-ended' && event.error !== undefined) explanations.push(event.error)
      },
      hints: { again: 'again', resume: 'again --resume', all: 'again', undo: 'rollback' },
      ledger: counts.ledger,
      program: VERSION,
      seal: (value) => value,
      run: `${systemClock.now().toISOString()}-${of.userAgent}`,
    })
    return { ...end, code, error, ledger: counts.ledger() }
  } catch (error) {
    // Before its first event: it could not begin.
    if (isExplained(error)) explanations.push(error.explanation)
    return { ...end, code: exitCodeOf(error), error, ledger: counts.ledger() }
  } finally {
    void cluster.close()
  }
}
