import { type Controller, hostsOf } from '../inventory/inventory.ts'
import type { Link, NetworkNamespace, Resource, Route } from '../ports/resources.ts'
import type { Lab } from './layout.ts'

/** One bridge in a namespace of its own, so that the machine forwards and translates nothing. */
export function lanOf({ inventory, layout }: Lab): readonly Resource[] {
  return [
    { kind: 'cgroup', path: layout.cgroup, delegate: true },
    { kind: 'cgroup', path: `${layout.cgroup}/system`, delegate: false },
    { kind: 'network-namespace', name: layout.lan },
    { kind: 'link', netns: layout.lan, name: 'lo', type: 'loopback' },
    { kind: 'link', netns: layout.lan, name: 'br0', type: 'bridge' },
    {
      kind: 'link',
      netns: null,
      name: layout.uplink,
      type: 'veth',
      peer: { netns: layout.lan, name: 'machine', master: 'br0' },
      address: `${inventory.lab.machine}/${inventory.lab.prefix}`,
    },
  ]
}

/** What connects the host of that number to the bridge. */
export function connectionOf(
  { inventory, layout }: Lab,
  host: Controller,
  index: number,
): readonly Resource[] {
  return [
    { kind: 'network-namespace', name: host.name },
    { kind: 'link', netns: host.name, name: 'lo', type: 'loopback' },
    {
      kind: 'link',
      netns: host.name,
      name: 'eth0',
      type: 'veth',
      peer: { netns: layout.lan, name: portName(index), master: 'br0' },
      address: `${host.address}/${inventory.lab.prefix}`,
    },
    // Without a default route a host still has to know that Services are worth a try: kube-proxy does the rest.
    { kind: 'route', netns: host.name, to: inventory.cluster.serviceCIDR, via: null, dev: 'eth0' },
  ]
}

function portName(index: number): string {
  return `host${index}`
}

/** Where the bridge has that host. */
export function portOf({ inventory, layout }: Lab, host: string) {
  const index = hostsOf(inventory.lab).findIndex(({ name }) => name === host)
  return { netns: layout.lan, name: portName(index) }
}

/** What of a lab's bears names on the machine itself that others may use, too. */
export function namesOf({ inventory, layout }: Lab): readonly (Link | NetworkNamespace)[] {
  const names = [layout.lan, ...hostsOf(inventory.lab).map(({ name }) => name)]
  return [
    { kind: 'link', netns: null, name: layout.uplink, type: 'veth' },
    ...names.map((name) => ({ kind: 'network-namespace', name }) as const),
  ]
}

/** A host's routes to the pods of all workers but its own. */
export function podRoutes({ inventory }: Lab, host: string): readonly Route[] {
  return inventory.lab.workers
    .filter(({ name }) => name !== host)
    .map(({ podCIDR, address }) => ({
      kind: 'route',
      netns: host,
      to: podCIDR,
      via: address,
      dev: 'eth0',
    }))
}
