import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { discover } from '../dns/discover.ts'
import { proveProbes } from '../dns/probe-pods.ts'
import { proveSteps } from '../../steps/prove.ts'
import { runPlan } from '../engine/run-plan.ts'
import type { Result, Setup, StepList } from '../engine/setup.ts'
import { fingerprintOf } from '../inventory/fingerprint.ts'
import type { Event } from '../ports/events.ts'
import type { TaskRunner } from '../ports/task-runner.ts'
import { fileLock } from '../state/lock.ts'
import { chooseView } from '../view/choose-view.ts'
import { withoutSecrets } from '../view/clean.ts'
import { openView } from '../view/open-view.ts'
import { causesOf } from './causes.ts'
import { completedEvent } from './hints.ts'
import { countingLedger } from './ledger.ts'
import { VERSION } from './project.ts'
import { print } from './print.ts'
import { completedBy, provedInventory } from './prove-inventory.ts'
import { leastRights } from './prove-rights.ts'
import type { CommonOptions, RequestOf } from './request.ts'
import { actsOn, proveHints } from './run-hints.ts'
import { clusterFor, hostFor, portsOf, type RunOptions } from './run-ports.ts'
import { interruptible } from './signals.ts'
import { systemClock } from './system-clock.ts'
import { journalIn, placeOf } from './targets.ts'

/** The step whose failure means that it could not be carried out; that of any other, that DNS is not healthy. */
const OUR_OWN = 'prove-probes'
const NOT_HEALTHY = 4

/** Proves the DNS of any cluster and takes its probes away again; returns the exit code. */
export async function proveCommand(
  request: RequestOf<'prove'>,
  common: CommonOptions,
): Promise<number> {
  if (request.rbac) {
    await print(leastRights(request.namespace))
    return 0
  }
  const { dryRun, probes: withProbes } = request
  const inventory = await provedInventory(request, common)
  const place = await placeOf(inventory)
  const words = proveHints(request, common)
  const acts = actsOn(inventory, common)
  const { stdout: out, stderr: err, env } = process
  const { json, verbose } = common
  const view = openView({ ...chooseView({ isTTY: out.isTTY, json, env }), verbose, out, err })
  const interrupt = interruptible(process, words.again, () => {
    view.notice('taking the probes away; a second time stops at once')
  })
  const counts = countingLedger()
  let step = ''
  try {
    const mode = dryRun ? 'dry-run' : withProbes ? 'run' : 'verify'
    const options: RunOptions = {
      ...{ mode, counts, signal: interrupt.signal, currentStep: () => step },
    }
    const host = hostFor(inventory, options)
    const condition = () => Promise.resolve('running' as const)
    const { cluster } = clusterFor(options, { access: place.access, condition, knownAfter: '' })
    const discovered = await discover(cluster)
    const completed = await completedBy(inventory, discovered, cluster)
    const probes = proveProbes(request.namespace, randomBytes(3).toString('hex'))
    const image = request.image ?? discovered.image ?? inventory.probe.image
    const list: StepList = {
      name: 'prove',
      steps: proveSteps({ inventory: completed, discovered, probes, image, withProbes }),
      ports: portsOf(host, cluster),
      journal: journalIn(place.folder, 'prove'),
      target: place.name,
      identity: () => cluster.uid(),
    }
    const { layout, labSteps } = place
    const { diagnose } = causesOf({
      looking: { host, cluster, clock: systemClock },
      ...{ inventory: completed, layout, labSteps, probes, onEvidence: undefined },
    })
    const setup: Omit<Setup, 'command' | 'sink' | 'runTasks' | 'signal'> = {
      lists: [list],
      inventory: fingerprintOf(completed),
      target: place.title,
      lock: fileLock(join(place.folder, 'prove.lock'), systemClock),
      clock: systemClock,
      hints: words,
      program: VERSION,
      seal: withoutSecrets,
      ledger: counts.ledger,
      run: `${systemClock.now().toISOString()}-${process.pid}`,
    }
    const takeAway = () => removeProbes(setup)
    if (mode === 'run') await takeAway()
    let failed = ''
    let ended: Extract<Event, { type: 'run-ended' }> | undefined
    const result = await runPlan({
      ...setup,
      command: { mode },
      signal: interrupt.signal,
      sink: (event) => {
        if (event.type === 'step-started') step = event.step
        if (event.type === 'step-failed') failed = event.step
        if (event.type === 'run-ended') ended = event
        else view.sink(completedEvent(event, acts))
      },
      runTasks: view.runTasks,
      ...(dryRun ? {} : { diagnose }),
    })
    const code = codeOf(result, failed)
    const left = mode === 'run' ? await takeAway() : null
    if (ended !== undefined) {
      const told = left === null ? ended : { ...ended, notes: [...ended.notes, ...left.notes] }
      view.sink(completedEvent({ ...told, code, ledger: counts.ledger() }, acts))
    }
    return left === null || left.code === 0 ? code : Math.max(code, left.code)
  } finally {
    interrupt.stop()
    await view.close()
  }
}

function codeOf({ code }: Result, failed: string): number {
  return code === 1 && failed !== '' && failed !== OUR_OWN ? NOT_HEALTHY : code
}

/** What this run, or one before that was killed, has made; also where the user has stopped the run. */
async function removeProbes(
  setup: Omit<Setup, 'command' | 'sink' | 'runTasks' | 'signal'>,
): Promise<{ readonly code: number; readonly notes: readonly string[] }> {
  const notes: string[] = []
  const { code } = await runPlan({
    ...setup,
    command: { mode: 'rollback', list: 'prove' },
    signal: new AbortController().signal,
    runTasks: inTurn,
    sink: (event) => {
      if (event.type === 'step-undone') notes.push('The probes were taken away.')
      if (event.type === 'step-failed') {
        notes.push(`${event.explanation.problem}: ${event.explanation.remedy}`)
      }
    },
  })
  return { code, notes }
}

const inTurn: TaskRunner = async (tasks) => {
  for (const task of tasks) await task.run()
}
