import { defined } from '../core/defined.ts'
import type { SeenFromHost } from '../dns/host-probes.ts'
import type { HostRole } from '../lab/daemon.ts'
import { type Evidence, itemsOf, valueOf } from './evidence.ts'

/** Hosts on which a program should run and does not, each with a line that shows it. */
export function deadOn(
  e: Evidence,
  program: string,
): readonly { readonly host: string; readonly words: string; readonly full?: string }[] {
  return itemsOf(e.hosts).flatMap(({ name, dead }) =>
    dead
      .filter((one) => one.program === program)
      .map(({ words, full }) => ({
        ...defined({ full }),
        host: name,
        words: `${program} is not among the processes of ${name}${words.length === 0 ? '' : `; its log ends: ${words.at(-1) ?? ''}`}`,
      })),
  )
}

/** Whether that program of that host was started a moment ago. */
export function isYoung(e: Evidence, name: string, program: string): boolean {
  return itemsOf(e.hosts).some((host) => host.name === name && host.young?.includes(program))
}

/** `words` where the hosts could be looked at and none lacks the program. */
export function anyDead(e: Evidence, program: string, words: string): string | null {
  return itemsOf(e.hosts).length > 0 && deadOn(e, program).length === 0 ? words : null
}

/** The networks of a lab's hosts, as far as they could be looked at. */
export function networks(e: Evidence, role?: HostRole) {
  return itemsOf(e.hosts).flatMap((host) => {
    const network = valueOf(host.network)
    const isWanted = role === undefined || host.role === role
    return network !== undefined && isWanted ? [{ host: host.name, network }] : []
  })
}

/** What is known of the packets of workers' pods: of a lab from its hosts, elsewhere from the probes on them. */
export function workerNetworks(
  e: Evidence,
): readonly { readonly host: string; readonly network: SeenFromHost }[] {
  const probed = itemsOf(e.workerNetworks).flatMap(({ worker, network }) =>
    'found' in network ? [{ host: worker, network: network.found }] : [],
  )
  return [...networks(e, 'worker'), ...probed]
}

/** A worker's kernel setting: null where its kernel has none of that name, undefined where it was not looked at. */
export function settingOn(e: Evidence, worker: string, name: string): string | null | undefined {
  const found = workerNetworks(e).find(({ host }) => host === worker)
  return found === undefined ? undefined : (found.network.settings[name] ?? null)
}
