import type { SeenFromHost } from '../dns/host-probes.ts'
import type { HostNetwork } from '../ports/host.ts'
import { type Evidence, type HostSeen, itemsOf, valueOf } from './evidence.ts'

/** Hosts on which a program should run and does not, each with a line that shows it. */
export function deadOn(
  e: Evidence,
  program: string,
): readonly { readonly host: string; readonly words: string }[] {
  return itemsOf(e.hosts).flatMap(({ name, dead }) =>
    dead
      .filter((one) => one.program === program)
      .map(({ words }) => ({
        host: name,
        words: `${program} is not among the processes of ${name}${words.length === 0 ? '' : `; its log ends: ${words.at(-1) ?? ''}`}`,
      })),
  )
}

/** `words` where the hosts could be looked at and none lacks the program. */
export function anyDead(e: Evidence, program: string, words: string): string | null {
  return 'found' in e.hosts && deadOn(e, program).length === 0 ? words : null
}

/** A host whose network could be looked at. */
export interface Networked {
  readonly host: HostSeen
  readonly network: HostNetwork
}

/** What is known of the packets of a worker's pods, from wherever it was looked at. */
export interface WorkerNetwork {
  readonly worker: string
  readonly network: SeenFromHost
}

/** Of a lab the hosts themselves; elsewhere what the probes on them see. */
export function workerNetworks(e: Evidence): readonly WorkerNetwork[] {
  const seen = itemsOf(e.workerNetworks).flatMap(({ worker, network }) => {
    const found = valueOf(network)
    return found === undefined ? [] : [{ worker, network: found }]
  })
  return [
    ...networks(e, 'worker').map(({ host, network }) => ({ worker: host.name, network })),
    ...seen,
  ]
}

/** A worker's kernel setting: null where its kernel has none of that name, undefined where it was not looked at. */
export function settingOn(e: Evidence, worker: string, name: string): string | null | undefined {
  const found = workerNetworks(e).find((one) => one.worker === worker)
  return found === undefined ? undefined : (found.network.settings[name] ?? null)
}

export function networks(e: Evidence, role?: HostSeen['role']): readonly Networked[] {
  return itemsOf(e.hosts).flatMap((host) => {
    const network = valueOf(host.network)
    return network === undefined || (role !== undefined && host.role !== role)
      ? []
      : [{ host, network }]
  })
}
