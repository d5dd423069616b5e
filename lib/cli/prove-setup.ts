import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { proveSteps } from '../../steps/prove.ts'
import { StepError } from '../core/errors.ts'
import { stoppable } from '../core/stoppable.ts'
import { discover } from '../dns/discover.ts'
import { removeLeftProbes } from '../dns/left-probes.ts'
import { proveProbes } from '../dns/probe-pods.ts'
import type { Setup } from '../engine/setup.ts'
import { EXERCISE_IS_ON } from '../exercises/exercise.ts'
import { unnamed } from '../exercises/unnamed.ts'
import { exerciseOn } from '../exercises/exercise-file.ts'
import { fingerprintOf } from '../inventory/fingerprint.ts'
import type { Inventory } from '../inventory/inventory.ts'
import { fileLock } from '../state/lock.ts'
import { withoutSecrets } from '../view/clean.ts'
import { causesOf } from './causes.ts'
import { VERSION } from './project.ts'
import { completedBy } from './prove-inventory.ts'
import type { ProveFlags } from '../command-line/request.ts'
import { clusterFor, hostFor, LOOKING, portsOf, type RunOptions } from './run-ports.ts'
import { supplyFor } from './supply-for.ts'
import { systemClock } from './system-clock.ts'
import { journalIn, placeOf } from './targets.ts'

/** All that `prove` and the removal of its probes have in common. */
export type ProveSetup = Omit<
  Setup,
  'command' | 'sink' | 'runTasks' | 'signal' | 'hints' | 'ledger'
> & {
  /** Removes probes that others have left who were killed; returns how many. */
  readonly removeLeft: () => Promise<number>
}

/** Finds out about the cluster, and makes the steps that fit it. Throws StepError where it cannot be asked. */
export async function proveSetup(
  { namespace, image, probes: withProbes }: ProveFlags,
  inventory: Inventory,
  options: RunOptions,
): Promise<ProveSetup> {
  const { name, title, folder, access, layout, labSteps } = await placeOf(inventory, options.signal)
  const exercise = await exerciseOn(inventory)
  const host = hostFor(inventory, options)
  const condition = () => Promise.resolve('running' as const)
  const around = { access: { ...access, limits: LOOKING }, condition, knownAfter: '' }
  const { cluster } = clusterFor(options, around)
  const looking = stoppable(cluster, options.signal)
  const discovered = await discover(looking)
  const completed = completedBy(inventory, discovered)
  const supply = supplyFor(inventory, options, cluster)
  // While the probes start, what they lack is made.
  void supply.lacking(withProbes ? discovered.nodes : []).catch(() => undefined)
  const probes = proveProbes(namespace, randomBytes(3).toString('hex'), supply)
  const { diagnose } = causesOf({
    looking: { host, cluster, clock: systemClock },
    ...{ inventory: completed, layout, labSteps, probes, onEvidence: undefined },
  })
  return {
    removeLeft: () => removeLeftProbes(cluster, probes, systemClock.now()),
    lists: [
      {
        name: 'prove',
        steps: proveSteps({
          ...{ inventory: completed, discovered, probes, withProbes },
          image: image ?? discovered.image ?? inventory.probe.image,
        }),
        ports: portsOf(host, cluster),
        journal: journalIn(folder, 'prove'),
        target: name,
        // Who may not ask for it can only be told by what the journal's objects are: by their uids.
        identity: () => cluster.uid().catch(nullWhereRefused),
      },
    ],
    inventory: fingerprintOf(completed),
    target: title,
    lock: fileLock(join(folder, 'prove.lock'), systemClock),
    clock: systemClock,
    program: VERSION,
    seal: withoutSecrets,
    run: `${systemClock.now().toISOString()}-${process.pid}`,
    diagnose: exercise === null ? diagnose : unnamed,
    notes: () => [...(exercise === null ? [] : [EXERCISE_IS_ON]), ...supply.notes()],
  }
}

function nullWhereRefused(error: unknown): null {
  if (error instanceof StepError) return null
  throw error
}
