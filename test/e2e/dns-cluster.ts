import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { isObject, type JsonObject, listAt, textAt } from '../../lib/core/json.ts'
import { searchPath } from '../../lib/lab/layout.ts'
import { cacheDirOf } from '../../lib/supply/programs/context.ts'
import { listOf } from './dns-deployments.ts'
import { ofType } from './events.ts'
import { LAB } from './inventory.ts'
import { kubectl, layout } from './lab.ts'
import { type Ended, output, run, type Running, start } from './program.ts'
import { eventually } from './wait.ts'

/** The workers of the lab, by their places. */
export const WORKERS = [`${LAB}w0`, `${LAB}w1`] as const

const home = mkdtempSync(join(tmpdir(), 'hardway-prove-'))
/** A folder with nothing in it: no program, and no cache. */
export const EMPTY = join(home, 'empty')
mkdirSync(EMPTY)
process.on('exit', () => {
  rmSync(home, { recursive: true, force: true })
})

/** Who runs `prove`: with which kubeconfig, or as the lab of an inventory, and where state is kept. */
export interface Prover {
  readonly kubeconfig?: string
  readonly inventory?: string
  readonly state?: string
  /** The cache with the prober of the tests' lab where left out. */
  readonly env?: Readonly<Record<string, string>>
}

/** `prove` of the lab as of somebody's own cluster, while it is at work. */
export function startProve(args: readonly string[] = [], who: Prover = {}): Running {
  return startBy('prove', args, who)
}

/** `watch` of the same for two seconds, as events. */
export function watchShortly(who: Prover = {}): Promise<Ended> {
  return startBy('watch', ['--json', '--for', '2'], who).ended
}

function startBy(command: 'prove' | 'watch', args: readonly string[], who: Prover): Running {
  const { kubeconfig = layout.adminKubeconfig, inventory, state = 'state' } = who
  const target = inventory === undefined ? ['--kubeconfig', kubeconfig] : ['--inventory', inventory]
  const env = {
    ...{ HOME: home, XDG_STATE_HOME: join(home, state) },
    XDG_CACHE_HOME: dirname(cacheDirOf(process.env)),
    ...who.env,
  }
  return start([command, ...target, ...args], { env })
}

/** The same to its end, as events. */
export function prove(args: readonly string[] = [], who: Prover = {}): Promise<Ended> {
  return startProve(['--json', ...args], who).ended
}

/** What was found on the way from the address to the servers: `Service: kube-system/kube-dns 10.32.0.10`. */
export function hopsIn(ended: Ended): readonly string[] {
  const measured = ofType(ended, 'step-measured').find(({ step }) => step === 'dns-service')
  return listAt(measured?.data, 'hops').map(
    (one) => `${textAt(one, 'hop') ?? ''}: ${textAt(one, 'found') ?? ''}`,
  )
}

/** How each step went on proving: `step: proof`. */
export function proofsIn(ended: Ended): Readonly<Record<string, string>> {
  return Object.fromEntries(ofType(ended, 'step-proven').map(({ step, proof }) => [step, proof]))
}

/** All words of a failure. */
export function toldIn(ended: Ended): string {
  const failures = ofType(ended, 'step-failed').map(({ explanation }) => explanation)
  return failures
    .flatMap(({ problem, seen = [], cause = '', remedy }) => [problem, ...seen, cause, remedy])
    .join('\n')
}

/** That no probe is left in any namespace. */
export async function assertNoProbes(): Promise<void> {
  assert.equal(await probes(), '')
}

export function probes(): Promise<string> {
  return kubectl(['get', 'pods', '-A', '-l', 'app=hardway-prove-probe', '-o', 'name'])
}

let deployed: readonly JsonObject[] = []

/** Takes away what this has put there before, and puts these objects there; waits for the workloads' pods. */
export async function deploy(objects: readonly JsonObject[]): Promise<void> {
  const old = deployed.filter(({ kind }) => kind !== 'Namespace')
  if (old.length > 0) {
    const at = ['--ignore-not-found', '--grace-period=0', '--force', '--cascade=foreground']
    await kubectl(['delete', '-f', '-', ...at], listOf(old))
  }
  deployed = objects
  if (objects.length === 0) return
  await kubectl(['apply', '--server-side', '--force-conflicts', '-f', '-'], listOf(objects))
  for (const object of objects) await rolledOut(object)
}

async function rolledOut({ kind, metadata }: JsonObject): Promise<void> {
  if (kind !== 'Deployment' && kind !== 'DaemonSet') return
  assert.ok(isObject(metadata))
  const [name, namespace] = [textAt(metadata, 'name') ?? '', textAt(metadata, 'namespace') ?? '']
  await kubectl(['rollout', 'status', `${kind}/${name}`, '-n', namespace, '--timeout=60s'])
}

/** A program of the lab or of the system, on the network of one of its hosts. */
export function onHost(host: string, ...argv: readonly string[]): Promise<string> {
  const path = `${searchPath(layout)}:${process.env['PATH'] ?? ''}`
  return output('ip', ['netns', 'exec', host, ...argv], { env: { PATH: path } })
}

/** `lab …` on the lab of this file. */
export function lab(file: string, ...args: readonly string[]): Promise<Ended> {
  return run(['lab', ...args, '--json', '--inventory', file])
}

/** Waits until the Service leads to so many ready servers. */
export async function untilServers(service: string, namespace: string, count: number) {
  const of = ['-n', namespace, '-l', `kubernetes.io/service-name=${service}`, '-o', 'json']
  await eventually(`${count} ready servers of ${service}`, async () => {
    const slices: unknown = JSON.parse(await kubectl(['get', 'endpointslices', ...of]))
    const ready = listAt(slices as JsonObject, 'items')
      .flatMap((slice) => listAt(slice, 'endpoints'))
      .filter((one) => isObject(one) && isObject(one['conditions']) && one['conditions']['ready'])
    return ready.length === count
  })
}
