import { at, type Json, listAt } from '../core/json.ts'
import { type Cidr, parseAddress, parseCidr } from './address.ts'
import { type Path, pathText } from './problem.ts'

/** A value that is fine by itself, and where it stands. */
export type Given<T> = {
  readonly path: Path
  /** False for a default. */
  readonly inFile: boolean
  readonly text: string
  readonly value: T
}

/** What values that have to agree are; null where one is no use, which is said of it elsewhere. */
export type Draft = {
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
export type DraftHost = {
  readonly name: Given<string> | null
  readonly address: Given<number> | null
  readonly podCIDR: Given<Cidr> | null
}

/**
 * The values of the target that have to agree with each other. `data` is the file's with defaults, `given`
 * without; `faulty` are the values that something has been said of already.
 */
export function draftOf(data: Json, given: Json, faulty: readonly Path[]): Draft {
  const isLab = typeof at(data, 'target') === 'string'
  const said = new Set(faulty.map(pathText))
  const take = <T>(path: Path, parse: (text: string) => T | null): Given<T> | null => {
    const text = at(data, ...path)
    if (typeof text !== 'string' || said.has(pathText(path))) return null
    const value = parse(text)
    return value === null ? null : { path, inFile: at(given, ...path) !== undefined, text, value }
  }
  const section = isLab ? 'lab' : 'target'
  const hosts = (key: string) =>
    listAt(data, section, key).map((host, i): DraftHost => {
      const here = [section, key, i]
      return {
        name: take([...here, 'name'], String),
        // Of a cluster the controllers are bare addresses.
        address: take(typeof host === 'string' ? here : [...here, 'address'], parseAddress),
        podCIDR: take([...here, 'podCIDR'], parseCidr),
      }
    })
  return {
    target: isLab ? 'lab' : 'cluster',
    podCIDR: take(['cluster', 'podCIDR'], parseCidr),
    serviceCIDR: take(['cluster', 'serviceCIDR'], parseCidr),
    dnsAddress: take(['cluster', 'dnsAddress'], parseAddress),
    labName: isLab ? take(['lab', 'name'], String) : null,
    network: isLab ? take(['lab', 'network'], parseCidr) : null,
    machine: isLab ? take(['lab', 'machine'], parseAddress) : null,
    controllers: hosts('controllers'),
    workers: hosts('workers'),
  }
}

/** Of two values that clash the one to mend: a default stands in no line of the file. */
export function toMend<T>(one: Given<T>, other: Given<T>): readonly [Given<T>, Given<T>] {
  return one.inFile || !other.inFile ? [one, other] : [other, one]
}

/** `cluster.podCIDR 10.200.0.0/16` */
export function named({ path, inFile, text }: Given<unknown>): string {
  return `${pathText(path)} ${text}${inFile ? '' : ' (the default)'}`
}
