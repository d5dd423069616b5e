import { PROVE_PROBES } from '../../steps/prove/prove-probes.ts'
import { isWriting } from '../core/change.ts'
import { StepError } from '../core/errors.ts'
import { runPlan } from '../engine/run-plan.ts'
import type { Result, Setup } from '../engine/setup.ts'
import type { Event } from '../ports/events.ts'
import { inTurn } from '../ports/task-runner.ts'
import { STARTED_AT } from './started-at.ts'
import { onScreen } from './on-screen.ts'
import { print } from './print.ts'
import { provedInventory } from './prove-inventory.ts'
import { leastRights } from './prove-rights.ts'
import { proveSetup } from './prove-setup.ts'
import type { CommonOptions, RequestOf } from '../command-line/request.ts'
import { plainKubectl, provedActs, proveHints } from './run-hints.ts'

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
  const inventory = await provedInventory(request, common)
  const hints = proveHints(request, common)
  const told = {
    stopping: 'taking the probes away',
    again: hints.again,
    acts: { ...provedActs(request, inventory, common), resume: hints.resume },
    mode: modeOf(request),
    kubectl: plainKubectl(inventory),
    report: request.report,
  }
  return onScreen(common, told, async ({ signal, counts, currentStep, tell, sink, runTasks }) => {
    const mode = modeOf(request)
    const { removeLeft, ...lists } = await proveSetup(request, inventory, {
      ...{ mode, counts, signal, currentStep, tell },
    })
    const setup = { ...lists, hints, since: STARTED_AT, ledger: counts.ledger }
    // Those of one that was killed: here, and elsewhere.
    const old = mode === 'run' ? await removeProbes(setup) : NOTHING_LEFT
    const others = mode === 'run' ? await removeLeft() : 0
    const held: { end?: Extract<Event, { type: 'run-ended' }> } = {}
    const result = await runPlan({
      ...setup,
      command: { mode },
      signal,
      sink: (event) => {
        if (event.type === 'run-ended') held.end = event
        else sink(inWordsOfProof(event))
      },
      runTasks,
    })
    const left = mode === 'run' ? await removeProbes(setup) : NOTHING_LEFT
    const code = Math.max(codeOf(result, currentStep()), left.code)
    if (held.end !== undefined) {
      const removed = old.notes.length + others
      const before = removed === 0 ? [] : ['Probes that an earlier prove had left were removed.']
      const notes = [...held.end.notes, ...before, ...left.notes]
      sink({ ...held.end, code, notes, ledger: counts.ledger() })
    }
    return code
  })
}

/** Without probes nothing is written, and the ports see to it. */
function modeOf({ dryRun, probes }: RequestOf<'prove'>): 'run' | 'dry-run' | 'verify' {
  if (dryRun) return 'dry-run'
  return probes ? 'run' : 'verify'
}

/** `step` is the last one that was begun: the one that has failed, where one has. */
function codeOf({ mode, code, error }: Result, step: string): number {
  if (mode !== 'run' || code !== 1 || step === '' || step === PROVE_PROBES) return code
  return error instanceof StepError && error.obstacle ? code : NOT_HEALTHY
}

/** Nobody wants these steps to change anything: what was looked at is proven. */
function inWordsOfProof(event: Event): Event {
  const { type } = event
  if (type === 'step-satisfied')
    return { type: 'step-proven', step: event.step, proof: event.because }
  if (type !== 'step-done' || event.changes.some(isWriting)) return event
  return { type: 'step-proven', step: event.step, proof: event.proof }
}

type Removed = { readonly code: number; readonly notes: readonly string[] }
const NOTHING_LEFT: Removed = { code: 0, notes: [] }

/** Also where the user has stopped the run: whatever it has made goes. */
async function removeProbes(
  setup: Omit<Setup, 'command' | 'sink' | 'runTasks' | 'signal'>,
): Promise<Removed> {
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
