import { inTurn } from '../../lib/ports/task-runner.ts'
import type { Cluster } from '../../lib/ports/cluster.ts'
import { overlayCluster } from '../../lib/kube-client/overlay.ts'
import type { Command } from '../../lib/engine/command.ts'
import type { Event } from '../../lib/ports/events.ts'
import { runPlan } from '../../lib/engine/run-plan.ts'
import type { Ports, Result, StepList } from '../../lib/engine/setup.ts'
import type { Host } from '../../lib/ports/host.ts'
import { overlayHost } from '../../lib/linux/overlay.ts'
import { clearLab } from '../../lib/lab/clear.ts'
import { labCondition } from '../../lib/lab/condition.ts'
import { fakeClock, memoryJournal, memoryLock, hints } from '../fakes/engine.ts'
import { immortal, World } from '../fakes/engine-world.ts'
import { lineOf } from '../fakes/host.ts'
import type { LabWorld } from '../fakes/lab-world.ts'
import { readOnlyCluster, readOnlyHost } from '../fakes/read-only.ts'
import { listsOf } from './scenario.ts'

/** A machine with its cluster, and the journals and the lock that outlive a run. */
export interface Place {
  readonly lab: LabWorld
  readonly state: World
}

/** A place without journals. */
export function placeOf(lab: LabWorld): Place {
  return { lab, state: new World() }
}

/** What a run told, and how it ended. */
export interface Told extends Result {
  readonly events: readonly Event[]
}

/** Runs a command through the engine, wired as the command line does: lab, then chapter. */
export async function command(
  { lab, state }: Place,
  how: Command,
  onStep: (id: string) => void = () => undefined,
): Promise<Told> {
  const events: Event[] = []
  let step = ''
  const clock = fakeClock()
  const ports = portsFor(lab, how, () => step)
  const lists = listsOf(lab).map(({ name, steps }): StepList => {
    const base = { name, steps, ports, journal: memoryJournal(state, name), target: 'fake lab' }
    if (name === 'lab')
      return { ...base, afterRollback: () => clearLab(lab.host, lab.inventory, lab.layout) }
    return { ...base, identity: () => identityOf(lab) }
  })
  const result = await runPlan({
    lists,
    command: how,
    inventory: 'inventory-1',
    target: 'a fake lab',
    lock: memoryLock(state, immortal, () => true),
    clock,
    signal: new AbortController().signal,
    runTasks: inTurn,
    sink: (event) => {
      if (event.type === 'step-started') onStep((step = event.step))
      events.push(event)
    },
    hints,
    mayLookAhead: () => Promise.resolve(true),
    program: '1.0.0',
    seal: (value) => value,
    ledger: () => ({ reads: 0, dryRuns: 0, writes: 0, hostWrites: 0 }),
    run: `run-${String(state.writes.length)}`,
  })
  return { ...result, events }
}

async function identityOf({ host, inventory, layout, cluster }: LabWorld): Promise<string | null> {
  return (await labCondition(host, inventory, layout)) === 'running' ? cluster.uid() : null
}

/** Real ports for a run; for a dry-run overlays over ports on which every write throws; those for verify. */
function portsFor(lab: LabWorld, how: Command, currentStep: () => string): Ports {
  const { mode } = how
  const isDry = mode === 'dry-run' || (mode === 'rollback' && how.dryRun === true)
  const clock = fakeClock()
  const looking = { host: readOnlyHost(lab.host), cluster: readOnlyCluster(lab.cluster) }
  const dry = isDry ? overlays(lab, looking, currentStep) : null
  const shared = dry ?? (mode === 'verify' ? looking : { host: lab.host, cluster: lab.cluster })
  return {
    reading: (hooks) => ({ ...shared, clock, ...hooks }),
    acting: (hooks) => ({ ...shared, clock, ...hooks }),
  }
}

/** The overlays of a dry-run; the cluster's base is known once it is asked for. */
function overlays(
  lab: LabWorld,
  { host, cluster }: { readonly host: Host; readonly cluster: Cluster },
  currentStep: () => string,
): { readonly host: Host; readonly cluster: Cluster } {
  const up = lab.host.entries().some(({ name }) => name.startsWith('kube-apiserver on'))
  return {
    host: overlayHost(host, (befores) => befores.toReversed().flatMap(lineOf)),
    cluster: overlayCluster(up ? cluster : 'absent', currentStep, 'start-workers'),
  }
}
