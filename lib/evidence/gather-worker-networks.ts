import { bounded } from '../core/bounded.ts'
import { lookFromHost } from '../dns/host-probes.ts'
import type { Gathering } from './channel.ts'
import type { Evidence } from './evidence.ts'
import { SETTINGS } from './gather-hosts.ts'
import { hostProbes } from './pods.ts'

/** Workers that are asked at the same time. */
const AT_ONCE = 8

/** Routes and settings of workers that are not on this machine, as the probes on their networks see them. */
export async function workerNetworksOf(
  { cluster, ask, scene }: Gathering,
  listed: Promise<Evidence['pods']>,
): Promise<Evidence['workerNetworks']> {
  if (scene.layout !== null) return { notLooked: 'the hosts themselves are looked at' }
  const pods = await listed
  if (!('found' in pods)) return pods
  const ready = hostProbes(pods.found).filter((pod) => pod.ready)
  if (ready.length === 0) return { notLooked: "no probe runs on a worker's own network" }
  const looked = await bounded(ready, AT_ONCE, async ({ name, node }) => ({
    worker: node ?? '',
    network: await ask(() => lookFromHost(cluster, name, Object.values(SETTINGS))),
  }))
  return { found: looked }
}
