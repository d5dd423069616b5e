import { at, listAt } from '../json.ts'
import type { Json } from '../json.ts'
import { type Cidr, formatCidr, parseAddress, parseCidr } from './address.ts'
import type { Path } from './problem.ts'

/** A value that is fine by itself, and where it stands. */
export interface Given<T> {
  readonly path: Path
  readonly text: string
  readonly value: T
}

/** What values that have to agree are; null where one is no use, which is said of it elsewhere. */
export interface Draft {
  readonly target: 'lab' | 'cluster'
  readonly podCIDR: Given<Cidr> | null
  readonly serviceCIDR: Given<Cidr> | null
  readonly dnsAddress: Given<number> | null
  /** null, like `network` and `machine`, where the target is no lab. */
  readonly labName: Given<string> | null
  readonly network: Given<Cidr> | null
  readonly machine: Given<number> | null
  readonly controllers: readonly DraftHost[]
  readonly workers: readonly DraftHost[]
}

/** A host; null for what it lacks. */
export interface DraftHost {
  readonly path: Path
  readonly name: Given<string> | null
  readonly address: Given<number> | null
  readonly podCIDR: Given<Cidr> | null
}

/** The values of the target that have to agree with each other, from data with its defaults. */
export function draftOf(data: Json): Draft {
  const target = typeof at(data, 'target') === 'string' ? 'lab' : 'cluster'
  const own = <T>(path: Path, parse: (text: string) => T | null) =>
    target === 'lab' ? given(data, path, parse) : null
  return {
    target,
    podCIDR: given(data, ['cluster', 'podCIDR'], networkOf),
    serviceCIDR: given(data, ['cluster', 'serviceCIDR'], networkOf),
    dnsAddress: given(data, ['cluster', 'dnsAddress'], parseAddress),
    labName: own(['lab', 'name'], (text) => text),
    network: own(['lab', 'network'], networkOf),
    machine: own(['lab', 'machine'], parseAddress),
    controllers: hostsAt(data, [target === 'lab' ? 'lab' : 'target', 'controllers']),
    workers: hostsAt(data, [target === 'lab' ? 'lab' : 'target', 'workers']),
  }
}

function hostsAt(data: Json, path: Path): readonly DraftHost[] {
  return listAt(data, ...path).map((host, i) => {
    const here = [...path, i]
    return {
      path: here,
      name: given(data, [...here, 'name'], (text) => text),
      // Of a cluster the controllers are bare addresses.
      address: given(data, typeof host === 'string' ? here : [...here, 'address'], parseAddress),
      podCIDR: given(data, [...here, 'podCIDR'], networkOf),
    }
  })
}

function given<T>(data: Json, path: Path, parse: (text: string) => T | null): Given<T> | null {
  const text = at(data, ...path)
  const value = typeof text === 'string' && text !== '' ? parse(text) : null
  return value === null ? null : { path, text: String(text), value }
}

function networkOf(text: string): Cidr | null {
  const network = parseCidr(text)
  return network !== null && formatCidr(network) === text ? network : null
}
