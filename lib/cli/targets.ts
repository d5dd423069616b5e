import { counted } from '../core/counted.ts'
import { createHash } from 'node:crypto'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { chapterSteps } from '../../steps/chapter.ts'
import { faultSteps } from '../../steps/faults.ts'
import { labSteps } from '../../steps/lab.ts'
import { InputError } from '../core/errors.ts'
import { unlessAborted } from '../core/stoppable.ts'
import type { StepList } from '../engine/setup.ts'
import type { Exercise } from '../exercises/exercise.ts'
import { exerciseOn } from '../exercises/exercise-file.ts'
import { type FaultOn, faultsOn, ofObjects } from '../faults/faults-on.ts'
import { mendFirst } from '../faults/mend-first.ts'
import { tolerating } from '../faults/tolerating.ts'
import type { Inventory, Target as Named } from '../inventory/inventory.ts'
import { clearLab } from '../lab/clear.ts'
import { type LabCondition, labCondition } from '../lab/condition.ts'
import { labNotUp } from '../lab/not-up.ts'
import { whyNoLab } from '../lab/machine-checks.ts'
import { type Layout, layoutOf } from '../lab/layout.ts'
import { notOwned, ownsFilesIn, ownsOfLab, undoingOnly } from '../lab/own-undo.ts'
import { labImage } from '../lab/probe-image.ts'
import { PROBES } from '../dns/probe-pods.ts'
import { askedMeanwhile, type Asking } from '../steady/while-changing.ts'
import type { ListName } from '../ports/events.ts'
import type { Step } from '../ports/step.ts'
import { journalFile } from '../state/journal-file.ts'
import { type Causes, causesOf, providerOf } from './causes.ts'
import { PROJECT_FOLDER } from './project.ts'
import { runAsking } from './run-asking.ts'
import { supplyFor } from './supply-for.ts'
import {
  type ClusterFor,
  clusterFor,
  hostFor,
  IN_FLIGHT_MS,
  portsOf,
  type RunOptions,
  unheard,
} from './run-ports.ts'
import { systemClock } from './system-clock.ts'

/** What a run acts on, and where it is written down. */
export interface Target {
  readonly lists: readonly StepList[]
  /** One line for people. */
  readonly title: string
  readonly lockFile: string
  /** Whether it is there to be looked at; no answer of its cluster is waited for. */
  readonly isThere: () => Promise<boolean>
  /** Tell why a step has failed, or will. */
  readonly causes: Causes
  /** Faults that were put on the lab; none on a cluster of the user's. */
  readonly faultsOn: () => Promise<readonly FaultOn[]>
  /** The exercise that is on, while which no cause and no fault is named. */
  readonly exercise: Exercise | null
  /** From where no times were measured, and why. */
  readonly unmeasured: () => readonly string[]
  /** Somebody who asks while a step changes what answers. */
  readonly asking: Asking
}

/** Where a lab and a cluster of the user's differ. */
export type Place = {
  /** As journals have it. */
  readonly name: string
  readonly title: string
  /** What is kept of it lies here. */
  readonly folder: string
  readonly access: ClusterFor['access']
  /** Null, and no steps, where it is no lab. */
  readonly layout: Layout | null
  readonly labSteps: readonly Step[]
}

/** The target that the inventory names. Throws InputError where its kubeconfig cannot be used. */
export async function targetOf(inventory: Inventory, options: RunOptions): Promise<Target> {
  const place = await placeOf(inventory, options.signal)
  const { name, title, folder, access, layout, labSteps: steps } = place
  const exercise = await exerciseOn(inventory)
  const host = hostFor(inventory, options)
  const condition = async (): Promise<LabCondition> =>
    layout === null ? 'running' : labCondition(host, inventory, layout)
  const knownAfter = layout === null ? '' : providerOf(steps, 'kubelet')
  const { cluster, lease } = clusterFor(options, { access, condition, knownAfter })
  const owns = layout === null ? ownsFilesIn(folder) : ownsOfLab(layout, inventory, host)
  const ports = portsOf(undoingOnly(owns, host, notOwned(name, folder)), cluster)
  let known: Promise<readonly FaultOn[]> | undefined
  const on = () => (known ??= layout === null ? Promise.resolve([]) : faultsOnLab(inventory))

  const list = (list: ListName, ofList: readonly Step[]) => ({
    ...{ name: list, steps: ofList, ports, target: name },
    journal: journalIn(folder, list),
  })
  // A lab that is down cannot tell who it is; that is no other cluster.
  // Also what was interrupted has to be written down for the right cluster, if that tells soon who it is.
  const uid = () => unlessAborted(options.signal, () => cluster.uid(), IN_FLIGHT_MS)
  const identity = async () => ((await condition()) === 'running' ? uid() : null)
  const image =
    layout === null
      ? () => Promise.resolve(inventory.probe.image)
      : labImage(inventory, providerOf(steps, 'images'))
  // The image of a lab's probes has the prober.
  const supply = layout === null ? supplyFor(inventory, options, cluster) : undefined
  const prober = layout === null ? null : labImage(inventory, providerOf(steps, 'images'), 'prober')
  const asking = runAsking(options, {
    ...{ inventory, cluster, supply },
    image: () => (prober ?? image)(ports.reading(unheard(options.signal))),
  })
  const chapter = chapterSteps({
    inventory,
    path: layout?.manifest ?? join(folder, 'coredns.yaml'),
    kept: join(PROJECT_FOLDER, 'manifests', inventory.manifest.kept),
    image,
    probes: prober ?? image,
    supply,
    onConflict: options.onConflict,
  })
  const tolerated = options.faults === 'seen' ? async () => (await on()).map(ofObjects) : on
  const tolerant = (all: readonly Step[]) =>
    all.map((step) => tolerating(step, tolerated, exercise === null))
  const asked = (all: readonly Step[]) => all.map((step) => askedMeanwhile(step, asking))
  const ofChapter = { ...list('chapter', asked(tolerant(chapter))), lock: lease, identity }
  const causes = causesOf({
    looking: { host, cluster, clock: systemClock },
    probes: { ...PROBES, supply },
    ...{ inventory, layout, labSteps: steps, onEvidence: options.onEvidence },
  })
  return {
    title,
    lockFile: join(folder, 'lock'),
    isThere: async () => (await condition()) === 'running',
    causes: { ...causes, diagnose: mendFirst(causes.diagnose, on) },
    lists:
      layout === null
        ? [ofChapter]
        : [
            {
              ...list('lab', tolerant(steps)),
              afterRollback: () => clearLab(host, inventory, layout),
            },
            ofChapter,
            { ...list('faults', asked(faultSteps({ inventory, layout }))), identity },
          ],
    faultsOn: on,
    exercise,
    unmeasured: () => supply?.notes() ?? [],
    asking,
  }
}

/**
 * Throws InputError where the kubeconfig of a cluster cannot be used. Its credential plugin asks at the terminal
 * now, while nothing is drawn there: StepError where it fails.
 */
export function placeOf(inventory: Inventory, signal?: AbortSignal): Promise<Place> {
  const { target } = inventory
  return target.kind === 'lab' ? Promise.resolve(labPlace(inventory)) : clusterPlace(target, signal)
}

/** Throws InputError where there can be no lab, before anything of it is looked for. */
function labPlace(inventory: Inventory): Place {
  const trouble = whyNoLab(process.platform, process.getuid?.() === 0)
  if (trouble !== undefined) throw new InputError(trouble)
  const { name, controllers, workers } = inventory.lab
  const layout = layoutOf(name)
  return {
    name: `lab ${name}`,
    title: `target lab ${name}: ${counted(controllers.length, 'controller')}, ${counted(workers.length, 'worker')}`,
    folder: layout.folder,
    access: {
      kubeconfig: layout.adminKubeconfig,
      absent: labNotUp(name),
      servers: controllers.map(({ address }) => `https://${address}:6443`),
    },
    layout,
    labSteps: labSteps({ inventory, layout }),
  }
}

async function clusterPlace(
  { kubeconfig, context }: Extract<Named, { kind: 'cluster' }>,
  signal?: AbortSignal,
): Promise<Place> {
  const { readKubeconfig } = await import('../kube-client/kubeconfig.ts')
  const config = await readKubeconfig(kubeconfig, context)
  const { server, user, execPlugin } = config.target
  if (execPlugin !== undefined) {
    const { askAtTerminal } = await import('../kube-client/exec-plugin.ts')
    await askAtTerminal(config, signal)
  }
  const plugin = execPlugin === undefined ? '' : `, credentials by ${execPlugin}`
  return {
    name: `cluster ${context}`,
    title: `target ${context}: ${server} as ${user}${plugin}`,
    folder: stateFolder(context, server),
    access: { kubeconfig, context },
    layout: null,
    labSteps: [],
  }
}

/** By context and server, so that two clusters of one name keep apart. */
function stateFolder(context: string, server: string): string {
  const base = process.env['XDG_STATE_HOME'] ?? ''
  const state = base.startsWith('/') ? base : join(homedir(), '.local', 'state')
  const hash = createHash('sha256').update(`${context}\0${server}`).digest('hex').slice(0, 8)
  return join(state, 'hardway', `${context.replaceAll(/[^\w.-]/g, '_').slice(0, 60)}-${hash}`)
}

export function journalIn(folder: string, list: ListName) {
  return journalFile(join(folder, `${list}.journal`))
}

/** The faults that are on the inventory's lab. */
export function faultsOnLab({ lab }: Inventory): Promise<readonly FaultOn[]> {
  return faultsOn(journalIn(layoutOf(lab.name).folder, 'faults'), `lab ${lab.name}`)
}

/** The faults that may be named; which ones an exercise has put on is for the learner to find. @throws InputError */
export async function namedFaults(inventory: Inventory): Promise<readonly FaultOn[]> {
  return (await exerciseOn(inventory)) === null ? faultsOnLab(inventory) : []
}

/** The lock of the inventory's lab on this machine. */
export function lockOf({ lab }: Inventory): string {
  return join(layoutOf(lab.name).folder, 'lock')
}
