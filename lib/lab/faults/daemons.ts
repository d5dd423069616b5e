import { until } from '../../engine/wait-for.ts'
import type { Process, Resource } from '../../host/resources.ts'
import type { Acting, Reading } from '../../step.ts'
import { hostFolder, type Layout } from '../layout.ts'

/** The same daemon with other values of some of its flags. */
export function withFlags(process: Process, flags: Readonly<Record<string, string>>): Process {
  const argv = process.argv.map((argument) => {
    const name = /^--([^=]+)=/.exec(argument)?.[1] ?? ''
    const value = flags[name]
    return value === undefined ? argument : `--${name}=${value}`
  })
  return { ...process, argv, reads: [...process.reads, ...Object.values(flags)] }
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

/** What every wait takes from the ports. */
export function common(on: Reading) {
  return {
    clock: on.clock,
    signal: on.signal,
    say: (progress: string) => {
      on.say(progress)
    },
  }
}
