import { at, isObject, textAt } from '../json.ts'
import type { Json, JsonObject } from '../json.ts'
import { formatAddress, formatCidr, parseCidr } from './address.ts'

/** The chapter's own hosts, networks and manifest; waits in seconds, sizes in bytes. */
export const CHAPTER = {
  lab: { name: 'lab', network: '192.168.199.0/24' },
  cluster: {
    domain: 'cluster.local',
    podCIDR: '10.200.0.0/16',
    serviceCIDR: '10.32.0.0/24',
  },
  manifest: {
    url: 'https://storage.googleapis.com/kubernetes-the-hard-way/coredns.yaml',
    sha256: '7670cb36dd16b43148c6069136d31ef9c38ee49951769d62fba5291b82791750',
    limit: 1024 * 1024,
  },
  probe: { image: 'busybox:1.28' },
  limits: { controlPlane: 120, nodes: 180, pods: 180, endpoints: 60, lookup: 60 },
  mirrors: {},
} as const

/** Where the chapter numbers its hosts from, within their network. */
const FIRST_CONTROLLER = 200
const FIRST_WORKER = 210
const HOSTS = [0, 1, 2]

/** Shorter prefixes have room for the hosts' numbers, and for a /24 of pods for each worker. */
const HOSTS_FIT = 24
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

/** This machine and the lab's hosts, where the file leaves them out. */
export function hostsOn(network: string, podCIDR: string) {
  return {
    machine: nth(network, 1),
    controllers: HOSTS.map((i) => ({
      name: `k8smaster${String(i)}`,
      address: nth(network, FIRST_CONTROLLER + i),
    })),
    workers: HOSTS.map((i) => ({
      name: `k8sworker${String(i)}`,
      address: nth(network, FIRST_WORKER + i),
      podCIDR: nth24(podCIDR, i),
    })),
  }
}

/** Empty for what is no network: that is said of the network itself. */
function nth(cidr: string, n: number): string {
  const network = parseCidr(cidr)
  return network === null ? '' : formatAddress(network.first + n)
}

function nth24(cidr: string, n: number): string {
  const network = parseCidr(cidr)
  if (network === null) return ''
  return formatCidr({ ...network, first: network.first + n * 256, prefix: 24 })
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
