import { nthAddress } from './address.ts'

/** The chapter's own hosts, networks and manifest; waits in seconds, sizes in bytes. */
export const CHAPTER = {
  edition: 2020,
  lab: { name: 'lab', network: '192.168.199.0/24', proxy: 'iptables' },
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
  probe: { image: 'busybox:1.28', hosts: true },
  limits: { controlPlane: 120, nodes: 180, pods: 180, endpoints: 60, lookup: 60, verify: 6 },
  mirrors: {},
} as const

/** Where the chapter numbers its hosts from, within their network. */
const FIRST_CONTROLLER = 200
const FIRST_WORKER = 210
const HOSTS = [0, 1, 2]

/** This machine and the hosts, numbered as in the chapter, on other networks of sufficient size. */
export function hostsOn(network: string, podCIDR: string) {
  return {
    machine: nthAddress(network, 1),
    controllers: HOSTS.map((i) => ({
      name: `k8smaster${i}`,
      address: nthAddress(network, FIRST_CONTROLLER + i),
    })),
    workers: HOSTS.map((i) => ({
      name: `k8sworker${i}`,
      address: nthAddress(network, FIRST_WORKER + i),
      podCIDR: `${nthAddress(podCIDR, 256 * i)}/24`,
    })),
  }
}

/** The address of the cluster DNS, as is the custom. */
export function dnsAddressIn(serviceCIDR: string): string {
  return nthAddress(serviceCIDR, 10)
}
