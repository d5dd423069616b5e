import { until } from '../../engine/wait-for.ts'
import type { Process, Resource } from '../../host/resources.ts'
import type { Acting, Reading } from '../../step.ts'
import { hostFolder, type Layout } from '../layout.ts'
import { askAll } from '../readiness.ts'

/** The same daemon with other values of some of its flags. */
export function withFlags(process: Process, flags: Readonly<Record<string, string>>): Process {
  const argv = process.argv.map((argument) => {
    const name = /^--([^=]+)=/.exec(argument)?.[1] ?? ''
    const value = flags[name]
    return value === undefined ? argument : `--${name}=${value}`
  })
  return { ...process, argv, reads: [...process.reads, ...Object.values(flags)] }
}

/** What waits for an API server to be back: its controller manager and scheduler end without it. */
export interface ControlPlane {
  readonly apiServer: Process
  readonly address: string
  readonly others: readonly Process[]
}

/** Waits until an API server answers, and starts again what has ended meanwhile. */
export async function reviveControlPlane(
  on: Acting,
  layout: Layout,
  { apiServer, address, others }: ControlPlane,
): Promise<void> {
  const urls = [{ name: apiServer.host, url: `https://${address}:6443/readyz` }]
  await until({
    what: `the API server on ${apiServer.host}`,
    deadlineMs: 120_000,
    intervalMs: 200,
    ...common(on),
    look: () => askAll(on, layout, { daemons: [apiServer], urls, proof: 'ready' }),
  })
  await until({
    what: `the controller manager and scheduler on ${apiServer.host}`,
    deadlineMs: 120_000,
    intervalMs: 500,
    ...common(on),
    async look() {
      const sightings = await on.host.look(others)
      const ended = others.filter((_, i) => sightings[i]?.now === null)
      if (ended.length > 0) await on.host.put(ended, on.say)
      const healthy = [10257, 10259].map((port) => ({
        name: `port ${String(port)}`,
        url: `https://${address}:${String(port)}/healthz`,
      }))
      return askAll(on, layout, { daemons: [], urls: healthy, proof: 'healthy' })
    },
  })
}

/**
 * Ends a worker's containers, all of them, and its containerd, then starts that again: the kubelet makes
 * each pod's sandbox anew, with a new address and resolv.conf. `between` is done while nothing runs.
 */
export async function restartContainers(
  on: Acting,
  containerd: Process,
  between: () => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  on.say(`starting all containers on ${containerd.host} anew`)
  await on.host.restore([{ resource: containerd, now: null }])
  await between()
  await on.host.put([containerd], on.say)
}

/** Where a worker's CNI plugin keeps which addresses are given away. */
export function addressesFolder(layout: Layout, worker: string): string {
  return `${hostFolder(layout, worker)}/cni/networks/bridge`
}

/** The next pod on the worker gets the address after this one, where that is free. */
export async function setLastAddress(
  on: Acting,
  layout: Layout,
  { worker, address }: { readonly worker: string; readonly address: string },
): Promise<void> {
  const folder = addressesFolder(layout, worker)
  const resources: readonly Resource[] = [
    { kind: 'folder', path: folder, mode: 0o755 },
    { kind: 'file', path: `${folder}/last_reserved_ip.0`, mode: 0o644, text: address },
  ]
  await on.host.put(resources, on.say)
}

/** Waits for what one look at the machine or the cluster shows. */
export function see(
  on: Reading,
  what: string,
  look: () => Promise<string | undefined>,
): Promise<string> {
  return until({
    what,
    deadlineMs: 120_000,
    ...common(on),
    async look() {
      const done = await look()
      return done === undefined ? { seen: [`not yet: ${what}`] } : { done }
    },
  })
}

function common(on: Reading) {
  return {
    clock: on.clock,
    signal: on.signal,
    say: (progress: string) => {
      on.say(progress)
    },
  }
}
