import type { z } from 'zod'
import { at, isObject } from '../json.ts'
import type { Json, JsonObject } from '../json.ts'
import { nthAddress, prefixOf } from './address.ts'
import { CHAPTER, hostsOn } from './chapter.ts'
import type { Path } from './problem.ts'
import { podNetwork, serviceNetwork, hostNetwork } from './schema.ts'

/** The longest prefix that has room for the default hosts' numbers. */
export const HOSTS_FIT = 24
/** The longest prefix that has room for a /24 for each default worker. */
const PODS_FIT = 22

/**
 * The file's data with everything filled in that it leaves out. A section without any value, as
 * when all its lines are comments, counts as left out. What depends on other values, such as the
 * hosts' addresses on the network, follows them as the file has them; where it does not fit, it
 * stays left out.
 */
export function fillDefaults(data: Json): Json {
  if (!isObject(data)) return data
  const network = textAt(data, 'lab', 'network') ?? CHAPTER.lab.network
  const podCIDR = textAt(data, 'cluster', 'podCIDR') ?? CHAPTER.cluster.podCIDR
  const serviceCIDR = textAt(data, 'cluster', 'serviceCIDR') ?? CHAPTER.cluster.serviceCIDR
  return withDefaults(data, {
    ...CHAPTER,
    lab: { ...CHAPTER.lab, ...fitting(network, podCIDR) },
    cluster: { ...CHAPTER.cluster, dnsAddress: nth(serviceCIDR, 10) },
  })
}

function fitting(network: string, podCIDR: string): JsonObject {
  const { machine, controllers, workers } = hostsOn(network, podCIDR)
  const hostsFit = isLarge(network, HOSTS_FIT)
  return {
    machine,
    ...(hostsFit ? { controllers } : {}),
    ...(hostsFit && isLarge(podCIDR, PODS_FIT) ? { workers } : {}),
  }
}

function isLarge(cidr: string, prefix: number): boolean {
  const network = parseCidr(cidr)
  return network !== null && network.prefix <= prefix
}

function withDefaults(given: JsonObject, defaults: JsonObject): JsonObject {
  const filled: Record<string, Json> = { ...given }
  for (const [key, value] of Object.entries(defaults)) {
    const own = at(given, key)
    if (own === undefined || (own === null && isObject(value))) filled[key] = value
    else if (isObject(own) && isObject(value)) filled[key] = withDefaults(own, value)
  }
  return filled
}
