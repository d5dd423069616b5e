import { createHash } from 'node:crypto'
import { basename, dirname } from 'node:path'
import { StepError, ObservedError } from '../../lib/core/errors.ts'
import type {
  Before,
  Fetched,
  FetchOptions,
  Filters,
  Host,
  MachineFacts,
  TlsFinding,
} from '../../lib/ports/host.ts'
import { allKinds, changeOf, isWanted, kindOf } from '../../lib/linux/kinds.ts'
import type { Absent, Folder, Resource } from '../../lib/ports/resources.ts'
import { at, isObject, type Json, sameJson, textAt } from '../../lib/core/json.ts'
import { goesWith, isBelow, pathOf } from './goes-with.ts'

/** Settings of a fake machine, all optional. */
export interface FakeHostOptions {
  readonly facts?: Partial<MachineFacts>
  /** Files that nobody put there: logs, the project's own. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>
  /** Answers `fetch`, or throws; without it every server refuses. */
  readonly fetch?: (url: string, options: FetchOptions) => Fetched
  /** Without it every certificate is good. */
  readonly inspectTls?: (endpoint: string, how: { ca: string; identity: string }) => TlsFinding
  /** What stops packets there; without it nothing does. */
  readonly filters?: (netns: string) => Partial<Filters>
  /** Without it the sockets of running containerds answer. */
  readonly answering?: (socket: string) => boolean
  /** Without it CoreDNS loads every Corefile. */
  readonly tryCorefile?: Host['tryCorefile']
  /** Called before each write with its line: throws to inject a fault. */
  readonly beforeWrite?: (line: string) => void
  /** Called after each write: plays what a machine does of itself. `now` null: it went. */
  readonly afterWrite?: (resource: Resource, now: Json) => void
}

/** A resource that is there. */
export interface FakeEntry {
  readonly name: string
  readonly resource: Resource
  readonly now: Json
}

/** A machine in memory: a hand-written double of the port, with what a test needs to look behind it. */
export interface FakeHost extends Host {
  /** `put route 10.200.1.0/24 in k8sworker0`, `restore …`, one a write. */
  readonly writes: readonly string[]
  /** Everything that a rollback has to give back, by its name. Caches and images are not the lab's. */
  snapshot(): Readonly<Record<string, Json>>
  /** What is there, in the order in which it came. */
  entries(): readonly FakeEntry[]
  /** Puts a resource into a state, or away, as somebody else would. */
  set(resource: Resource, now: Json): void
}

const NO_FILTERS: Filters = { read: ['iptables', 'iptables-legacy', 'nft'], barriers: [] }

/** Names, wanted states and words are the real ones; what is there, is here. */
const kinds = allKinds(
  { cacheDir: '/cache', projectDir: '/project', env: {} },
  new AbortController().signal,
)

/** They stay when a lab goes: a cache, or what lies inside a worker's own folders. */
const NOT_OURS: readonly Resource['kind'][] = ['image-archive', 'image']

const FACTS: MachineFacts = {
  platform: 'linux',
  root: true,
  cpus: 2,
  memoryBytes: 16 * 1024 ** 3,
  freeBytes: { '/var/lib': 100 * 1024 ** 3 },
  routes: [{ to: '0.0.0.0/0', dev: 'eth0' }],
  missingCapabilities: [],
  missingPrograms: [],
  inotify: { max_user_instances: 512, max_user_watches: 65536 },
  foreignKubelets: [],
}

interface Entry {
  readonly resource: Resource
  readonly state: Json
  /** Of what a daemon had read when it started. */
  readonly read?: string
}

export function fakeHost(options: FakeHostOptions = {}): FakeHost {
  const store = new Map<string, Entry>()
  const writes: string[] = []
  const nameOf = (resource: Resource): string => kindOf(kinds, resource).name(resource)
  const thereIs = (kind: string, name: string): boolean => store.has(`${kind} ${name}`)

  const textOf = (path: string): string | undefined => {
    const state = (store.get(`file ${path}`) ?? store.get(`secret file ${path}`))?.state
    if (state !== undefined) return textAt(state, 'text') ?? JSON.stringify(state)
    const certificate = store.get(`certificate ${path}`)
    return certificate && JSON.stringify(certificate.state)
  }
  const namesIn = (folder: string): readonly string[] => {
    const put = [...store.values()].flatMap(({ resource }) => pathOf(resource) ?? [])
    return [...put, ...Object.keys(options.files ?? {})]
      .filter((path) => dirname(path) === folder)
      .map((path) => basename(path))
      .toSorted()
  }
  const digestOf = (paths: readonly string[]): string =>
    createHash('sha256')
      .update(JSON.stringify(paths.map((path) => textOf(path) ?? null)))
      .digest('hex')

  /** A folder comes with the first thing in it. */
  const parentState = ({ path, shared }: Folder): Json => {
    const inUse = [...store.values()].some(({ resource }) => isBelow(pathOf(resource), path))
    if (!inUse) return null
    return shared ? {} : { mode: 0o755 }
  }
  /** What is there of a resource, as the real kind would tell it. */
  const stateOf = (resource: Resource): Json =>
    stateOfPresent(resource.kind === 'absent' ? resource.resource : resource)
  const stateOfPresent = (resource: Exclude<Resource, Absent>): Json => {
    const entry = store.get(nameOf(resource))
    if (resource.kind === 'folder' && entry === undefined) return parentState(resource)
    if (resource.kind === 'sysctl' && entry === undefined) {
      return thereIs('network namespace', resource.netns) ? { value: '0' } : null
    }
    if (resource.kind !== 'process' || !isObject(entry?.state)) return entry?.state ?? null
    const current = entry.read === digestOf(resource.reads)
    return { ...entry.state, reads: current ? 'current' : 'changed' }
  }
  const set = (resource: Resource, state: Json): void => {
    if (state === null) {
      store.delete(nameOf(resource))
      for (const [name, entry] of store) if (goesWith(entry.resource, resource)) store.delete(name)
    } else if (isUsual(resource, state)) {
      store.delete(nameOf(resource))
    } else {
      const read = resource.kind === 'process' ? { read: digestOf(resource.reads) } : {}
      store.set(nameOf(resource), { resource, state, ...read })
    }
    options.afterWrite?.(resource, state)
  }
  const write = (verb: 'put' | 'restore', resource: Resource, state: Json): void => {
    const line = `${verb} ${nameOf(resource)}`
    options.beforeWrite?.(line)
    writes.push(line)
    set(resource, state)
  }
  const restore = ({ resource, now }: Before): void => {
    if (resource.kind === 'absent') {
      if (now !== null) restore({ resource: resource.resource, now })
      return
    }
    const is = stateOf(resource)
    const line = `restore ${nameOf(resource)}`
    options.beforeWrite?.(line)
    writes.push(line)
    const then = restored(resource, { before: now, is })
    if (!sameJson(then, is)) set(resource, then)
  }

  const entries = (): readonly FakeEntry[] =>
    [...store].map(([name, { resource }]) => ({ name, resource, now: stateOf(resource) }))

  return {
    writes,
    set,
    entries,
    snapshot: () =>
      Object.fromEntries(
        entries()
          .filter(({ resource }) => !NOT_OURS.includes(resource.kind))
          .map(({ name, resource, now }) => [name, shown(resource, now)] as const)
          .toSorted(([a], [b]) => (a < b ? -1 : 1)),
      ),
    look: (resources) =>
      Promise.resolve(
        resources.map((resource) => {
          const now = stateOf(resource)
          const change = isWanted(kinds, resource, now) ? null : changeOf(kinds, resource, now)
          return { now, change }
        }),
      ),
    readFile: (path) => {
      const found = textOf(path) ?? options.files?.[path]
      return Promise.resolve(found === undefined ? null : Buffer.from(found))
    },
    daemons: (lab) =>
      Promise.resolve(
        [...store.values()].flatMap(({ resource }, i) =>
          resource.kind === 'process' && resource.lab === lab
            ? [{ host: resource.host, name: resource.name, pid: 1000 + i, ageMs: 3_600_000 }]
            : [],
        ),
      ),
    answering: (sockets) =>
      Promise.resolve(
        sockets.map(
          (socket) =>
            options.answering?.(socket) ?? store.has(`containerd on ${basename(dirname(socket))}`),
        ),
      ),
    inspectTls: (endpoint, how) =>
      Promise.resolve(options.inspectTls?.(endpoint, how) ?? { status: 'good' }),
    names: (folder) => Promise.resolve(namesIn(folder)),
    filters: (netns) => Promise.resolve({ ...NO_FILTERS, ...options.filters?.(netns) }),
    network: async (netns, settings) => {
      const there = entries().filter(({ resource }) => at(resource, 'netns') === netns)
      return {
        routes: there.flatMap(({ resource }) =>
          resource.kind === 'route'
            ? [{ to: resource.to, via: resource.via, dev: resource.dev }]
            : [],
        ),
        addresses: there.flatMap(({ resource }) =>
          resource.kind === 'link' && resource.address !== undefined
            ? [{ dev: resource.name, address: resource.address }]
            : [],
        ),
        settings: Object.fromEntries(
          settings.map((key) => [
            key,
            textAt(stateOf({ kind: 'sysctl', netns, key, value: '' }), 'value') ?? '0',
          ]),
        ),
      }
    },
    tryCorefile: options.tryCorefile ?? (() => Promise.resolve({ loads: true })),
    facts: () => Promise.resolve({ ...FACTS, ...options.facts }),
    fetch: async (url, how) => {
      if (options.fetch === undefined)
        throw new ObservedError(`connect ECONNREFUSED ${new URL(url).host}`)
      return options.fetch(url, how)
    },
    put: async (resources, progress) => {
      for (const resource of resources) {
        progress(`making ${nameOf(resource)}`)
        refuseForeign(resource, stateOf(resource))
        write('put', resource, madeOf(resource))
      }
    },
    restore: async (befores) => {
      // Daemons that are to run again start when all that they read is as it was.
      const again = befores.filter(({ resource, now }) => resource.kind === 'process' && now)
      const order = [...befores.filter((one) => !again.includes(one)).toReversed(), ...again]
      for (const before of order) restore(before)
      return order.flatMap(lineOf)
    },
  }
}

/** What `look` tells once the resource was put. */
function madeOf(resource: Resource): Json {
  if (resource.kind !== 'image-archive') return kindOf(kinds, resource).wanted(resource)
  const name = resource.image === 'probe' ? 'busybox:1.28' : `${resource.image}:1`
  return {
    reference: `docker.io/library/${name}`,
    digest: `sha256:${resource.image}`,
    source: 'fake',
  }
}

/** What giving back leaves, where that is not simply the state before. */
function restored(resource: Resource, { before, is }: { before: Json; is: Json }): Json {
  switch (resource.kind) {
    case 'image':
    case 'image-archive':
      return is
    case 'certificate':
    case 'secret-file':
      // Keys are in no journal: those there now stay, but for their absence and their mode.
      return before === null ? null : keptSecret(before, is)
    case 'programs':
      return at(before, 'linked') === true || at(before, 'target') !== undefined ? before : null
    default:
      return before
  }
}

/** What `restore` says. */
export function lineOf({ resource, now }: Before): readonly string[] {
  const kind = kindOf(kinds, resource)
  const words = now === null ? 'removed' : 'as it was'
  const line = kind.undone ? kind.undone(resource, now) : `${kind.name(resource)} ${words}`
  return line === null ? [] : [line]
}

/** A setting has a value in every new namespace. */
function isUsual({ kind }: Resource, state: Json): boolean {
  return kind === 'sysctl' && at(state, 'value') === '0'
}

function keptSecret(before: Json, is: Json): Json {
  const mode = at(before, 'mode')
  return isObject(is) && mode !== undefined ? { ...is, mode } : is
}

/** A key shows only that it is there: its bytes are not to be given back. */
function shown({ kind }: Resource, state: Json): Json {
  return kind === 'certificate' ? 'a certificate' : state
}

function refuseForeign(resource: Resource, is: Json): void {
  const other = resource.kind === 'secret-file' ? at(is, 'filled') === false : isNoFile(is)
  if (!other) return
  throw new StepError({
    problem: `${kindOf(kinds, resource).name(resource)} is somebody else's`,
    remedy: 'move it away',
  })
}

function isNoFile(is: Json): boolean {
  return isObject(is) && is['mode'] === null
}
