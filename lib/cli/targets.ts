import { createHash } from 'node:crypto'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { chapterSteps } from '../../steps/chapter.ts'
import { faultSteps } from '../../steps/faults.ts'
import { labSteps } from '../../steps/lab.ts'
import type { OnConflict } from '../core/change.ts'
import type { Cluster } from '../ports/cluster.ts'
import { lazyCluster } from '../kube-client/lazy-cluster.ts'
import type { LeaseLock } from '../kube-client/lease/lease-lock.ts'
import { FIELD_MANAGER } from '../objects/manager.ts'
import type { ClusterOptions } from '../kube-client/open-cluster.ts'
import { journalFile } from '../state/journal-file.ts'
import type { Mode } from '../ports/events.ts'
import type { Ports, StepList } from '../engine/setup.ts'
import type { Host } from '../ports/host.ts'
import { allKinds } from '../linux/kinds.ts'
import { linuxHost } from '../linux/linux.ts'
import { overlayHost } from '../linux/overlay.ts'
import { cacheDirOf, type ProgramsContext } from '../supply/programs/context.ts'
import type { Inventory } from '../inventory/inventory.ts'
import { labCondition } from '../lab/condition.ts'
import { labImage } from '../lab/probe-image.ts'
import { type Layout, layoutOf } from '../lab/layout.ts'
import { clearLab } from '../lab/clear.ts'
import { notOwned, ownsFilesIn, ownsOfLab, undoingOnly } from '../lab/own-undo.ts'
import { type FaultOn, faultsOn } from '../faults/faults-on.ts'
import { tolerating } from '../faults/tolerating.ts'
import type { StepId } from '../ports/step.ts'
import { clusterLease } from './cluster-lease.ts'
import { type Causes, type CausesOf, causesOf, providerOf } from './causes.ts'
import type { countingLedger } from './ledger.ts'
import { systemClock } from './system-clock.ts'
import { PROJECT_FOLDER, USER_AGENT } from './project.ts'

const KEPT_MANIFEST = join(PROJECT_FOLDER, 'manifests', 'coredns-1.6.2.yaml')

/** What a run acts on, and where it is written down. */
export interface Target {
  readonly lists: readonly StepList[]
  /** One line for people. */
  readonly title: string
  readonly lockFile: string
  /** Tell why a step has failed, or will. */
  readonly causes: Causes
  /** Faults that were put on the lab; none on a cluster of the user's. */
  readonly faultsOn: () => Promise<readonly FaultOn[]>
}

/** What the ports of a run depend on. */
export interface RunOptions {
  readonly mode: Mode
  readonly signal: AbortSignal
  readonly counts: ReturnType<typeof countingLedger>
  /** The step that is being carried out: what a dry-run's overlay names as the source of a change. */
  readonly currentStep: () => StepId
  /** What is done where others own fields with other values. */
  readonly onConflict?: OnConflict | undefined
  /** Given what was gathered of each failure, where that is to be kept. */
  readonly onEvidence?: CausesOf['onEvidence']
}

/** The target that the inventory names. */
export function targetOf(inventory: Inventory, around: RunOptions): Promise<Target> {
  return inventory.target.kind === 'lab'
    ? Promise.resolve(labTarget(inventory, around))
    : clusterTarget(inventory, inventory.target, around)
}

/** Where programs and images come from and are kept. */
export function programsContext(inventory: Inventory): ProgramsContext {
  return {
    cacheDir: cacheDirOf(process.env),
    projectDir: PROJECT_FOLDER,
    env: process.env,
    mirrors: inventory.mirrors,
  }
}

/** The machine, as far as the mode allows. */
export function hostFor(inventory: Inventory, { mode, signal, counts }: RunOptions): Host {
  const real = linuxHost({
    kinds: allKinds(programsContext(inventory), signal),
    readOnly: mode === 'dry-run' || mode === 'verify',
    onWrite: () => {
      counts.onHostWrite()
    },
  })
  return mode === 'dry-run' ? overlayHost(real) : real
}

function labTarget(inventory: Inventory, around: RunOptions): Target {
  const layout = layoutOf(inventory.lab.name)
  const steps = labSteps({ inventory, layout })
  const host = hostFor(inventory, around)
  const servers = inventory.lab.controllers.map(({ address }) => `https://${address}:6443`)
  const { cluster, lease } = clusterFor(around, {
    kubeconfig: layout.adminKubeconfig,
    servers,
    lab: {
      condition: () => labCondition(host, inventory, layout),
      up: providerOf(steps, 'kubelet'),
    },
  })
  const target = `lab ${layout.name}`
  const owns = ownsOfLab(layout, inventory, host)
  const ports = portsOf(undoingOnly(owns, host, notOwned(target, layout.folder)), cluster)
  const identity = () => identityOf(host, inventory, layout, cluster)
  let known: Promise<readonly FaultOn[]> | undefined
  const on = () => (known ??= faultsOnLab(inventory))
  const { controllers, workers } = inventory.lab
  return {
    title: `target lab ${layout.name}: ${controllers.length} controllers, ${workers.length} workers`,
    lockFile: join(layout.folder, 'lock'),
    causes: causesOf({
      looking: { host, cluster, clock: systemClock },
      ...{ inventory, layout, labSteps: steps, onEvidence: around.onEvidence },
    }),
    lists: [
      {
        name: 'lab',
        steps: steps.map((step) => tolerating(step, on)),
        ports,
        journal: journalFile(join(layout.folder, 'lab.journal')),
        target,
        afterRollback: () => clearLab(host, inventory, layout),
      },
      {
        name: 'chapter',
        steps: chapterSteps({
          inventory,
          path: layout.manifest,
          kept: KEPT_MANIFEST,
          image: labImage(inventory, providerOf(steps, 'images')),
          onConflict: around.onConflict,
        }).map((step) => tolerating(step, on)),
        ports,
        journal: journalFile(join(layout.folder, 'chapter.journal')),
        lock: lease,
        target,
        identity,
      },
      {
        name: 'faults',
        steps: faultSteps({ inventory, layout }),
        ports,
        journal: faultsJournal(layout),
        target,
        identity,
      },
    ],
    faultsOn: on,
  }
}

function faultsJournal(layout: Layout) {
  return journalFile(join(layout.folder, 'faults.journal'))
}

/** The faults that are on the inventory's lab. */
export function faultsOnLab(inventory: Inventory): Promise<readonly FaultOn[]> {
  const layout = layoutOf(inventory.lab.name)
  return faultsOn(faultsJournal(layout), `lab ${layout.name}`)
}

/** A lab that is down cannot tell who it is; that is no other cluster. */
async function identityOf(
  host: Host,
  inventory: Inventory,
  layout: Layout,
  cluster: Cluster,
): Promise<string | null> {
  return (await labCondition(host, inventory, layout)) === 'running' ? cluster.uid() : null
}

async function clusterTarget(
  inventory: Inventory,
  { kubeconfig, context }: { readonly kubeconfig: string; readonly context: string },
  around: RunOptions,
): Promise<Target> {
  const { readKubeconfig } = await import('../kube-client/kubeconfig.ts')
  const { target } = await readKubeconfig(kubeconfig, context)
  const folder = stateFolder(context, target.server)
  const name = `cluster ${context}`
  const host = hostFor(inventory, around)
  const { cluster, lease } = clusterFor(around, {
    kubeconfig,
    context,
  })
  const plugin = target.execPlugin === undefined ? '' : `, credentials by ${target.execPlugin}`
  return {
    title: `target ${context}: ${target.server} as ${target.user}${plugin}`,
    lockFile: join(folder, 'lock'),
    causes: causesOf({
      looking: { host, cluster, clock: systemClock },
      ...{ inventory, layout: null, labSteps: [] },
      onEvidence: around.onEvidence,
    }),
    lists: [
      {
        name: 'chapter',
        steps: chapterSteps({
          inventory,
          path: join(folder, 'coredns.yaml'),
          kept: KEPT_MANIFEST,
          image: () => Promise.resolve(inventory.probe.image),
          onConflict: around.onConflict,
        }),
        ports: portsOf(undoingOnly(ownsFilesIn(folder), host, notOwned(name, folder)), cluster),
        journal: journalFile(join(folder, 'chapter.journal')),
        lock: lease,
        target: name,
        identity: () => cluster.uid(),
      },
    ],
    faultsOn: () => Promise.resolve([]),
  }
}

/** By context and server, so that two clusters of one name keep apart. */
function stateFolder(context: string, server: string): string {
  const base = process.env['XDG_STATE_HOME'] ?? ''
  const state = base.startsWith('/') ? base : join(homedir(), '.local', 'state')
  const hash = createHash('sha256').update(`${context}\0${server}`).digest('hex').slice(0, 8)
  return join(state, 'hardway', `${context.replaceAll(/[^\w.-]/g, '_').slice(0, 60)}-${hash}`)
}

function portsOf(host: Host, cluster: Cluster): Ports {
  const shared = { host, cluster, clock: systemClock }
  return {
    reading: (hooks) => ({ ...shared, ...hooks }),
    acting: (hooks) => ({ ...shared, ...hooks }),
  }
}

interface ClusterFor {
  readonly kubeconfig: string
  readonly context?: string
  readonly servers?: readonly string[]
  /** Where a lab may yet have to be made: the step after which it can be asked. */
  readonly lab?: { readonly condition: () => ReturnType<typeof labCondition>; readonly up: StepId }
}

interface LockedCluster {
  readonly cluster: Cluster
  /** Once it was taken, no write leaves without it. */
  readonly lease: LeaseLock
}

/** The cluster, as far as the mode allows; over nothing where a lab is yet to be made. */
function clusterFor(around: RunOptions, { lab, ...how }: ClusterFor): LockedCluster {
  const dryRun = around.mode === 'dry-run'
  const options: ClusterOptions = {
    ...how,
    userAgent: USER_AGENT,
    fieldManager: FIELD_MANAGER,
    readOnly: dryRun || around.mode === 'verify',
    onRequest: (sent) => {
      around.counts.onRequest(sent)
    },
    mayWrite: () => {
      lease.mayWrite()
    },
  }
  const lease = clusterLease(options, around.signal)
  const open = async (): Promise<Cluster> => {
    const { openCluster } = await import('../kube-client/open-cluster.ts')
    return openCluster(options)
  }
  if (!dryRun) return { lease, cluster: lazyCluster(open) }
  const cluster = lazyCluster(async () => {
    const { overlayCluster } = await import('../kube-client/overlay.ts')
    if (lab === undefined) return overlayCluster(await open(), around.currentStep, '')
    const now = await lab.condition()
    return overlayCluster(now === 'running' ? await open() : now, around.currentStep, lab.up)
  })
  return { lease, cluster }
}
