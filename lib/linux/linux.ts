import { allEnded } from '../core/all-ended.ts'
import { readdir, readFile } from 'node:fs/promises'
import { absent } from './files.ts'
import { filtersIn } from './filters.ts'
import type { Before, Host, Sighting } from '../ports/host.ts'
import { httpGet } from './http.ts'
import { inGroups } from './kinds/kind.ts'
import { changeOf, isWanted, type Kinds, kindOf } from './kinds.ts'
import { servesKubelets } from './container-runtime.ts'
import { machineFacts } from './machine-facts.ts'
import { machineTrouble } from '../core/machine-trouble.ts'
import { networkState } from './network-state.ts'
import { daemonsOf } from './processes.ts'
import type { Resource } from '../ports/resources.ts'
import { inspectTls } from './tls.ts'

/** The machine itself. With `readOnly` (dry-run, `verify`) every write throws before it happens; `onWrite` counts. */
export function linuxHost(options: {
  readonly kinds: Kinds
  readonly readOnly: boolean
  readonly onWrite: () => void
  /** Left out: there is no CoreDNS to try it with. */
  readonly tryCorefile?: Host['tryCorefile']
}): Host {
  const { kinds } = options
  const writing = async (resource: Resource, write: () => Promise<void>): Promise<void> => {
    const name = kindOf(kinds, resource).name(resource)
    if (options.readOnly) throw new Error(`refused to write ${name}`)
    options.onWrite()
    await write().catch((error: unknown) => {
      throw machineTrouble(name, error)
    })
  }
  return {
    async look(resources): Promise<readonly Sighting[]> {
      const found = await inGroups(
        resources,
        ({ kind }) => kind,
        (group, _kind) => kindOf(kinds, group[0] as Resource).look(group),
      )
      return resources.map((resource, i) => {
        const now = found[i] ?? null
        return {
          now,
          change: isWanted(kinds, resource, now) ? null : changeOf(kinds, resource, now),
        }
      })
    },
    readFile: (path) => readFile(path).catch(absent),
    names: async (folder) => ((await readdir(folder).catch(absent)) ?? []).toSorted(),
    daemons: (lab) => Promise.try(daemonsOf, lab),
    answering: (sockets) => Promise.all(sockets.map((path) => servesKubelets(path))),
    inspectTls,
    network: networkState,
    filters: filtersIn,
    tryCorefile:
      options.tryCorefile ?? (() => Promise.resolve({ unknown: 'no CoreDNS is at hand' })),
    facts: machineFacts,
    fetch: httpGet,
    async put(resources, progress) {
      for (const group of neighbours(kinds, resources, (resource) => resource)) {
        await allEnded(
          group.map((resource) =>
            writing(resource, () => kindOf(kinds, resource).put(resource, progress)),
          ),
        )
      }
    },
    async restore(befores, undone) {
      const all = backwards(kinds, befores)
      const restored = new Set<Before>()
      const lines = (): readonly string[] =>
        all.filter((one) => restored.has(one)).flatMap((one) => linesOf(kinds, one))
      const restore = async (before: Before): Promise<void> => {
        const { resource, now } = before
        await writing(resource, () => kindOf(kinds, resource).restore(resource, now))
        restored.add(before)
        undone?.(lines())
      }
      for (const group of neighbours(kinds, all, ({ resource }) => resource)) {
        await allEnded(group.map(restore))
      }
      return lines()
    },
  }
}

/** What `restore` says of these. */
export function undoneLines(kinds: Kinds, befores: readonly Before[]): readonly string[] {
  return backwards(kinds, befores).flatMap((one) => linesOf(kinds, one))
}

/** Last first, but for what has to wait until all others are as they were. */
function backwards(kinds: Kinds, befores: readonly Before[]): readonly Before[] {
  const waits = ({ resource, now }: Before): boolean =>
    now !== null && kindOf(kinds, resource).restoredLast === true
  return [...befores.filter((one) => !waits(one)).toReversed(), ...befores.filter(waits)]
}

function linesOf(kinds: Kinds, { resource, now }: Before): readonly string[] {
  const kind = kindOf(kinds, resource)
  if (kind.undone !== undefined) {
    const line = kind.undone(resource, now)
    return line === null ? [] : [line]
  }
  return [now === null ? `${kind.name(resource)} removed` : `${kind.name(resource)} as it was`]
}

/** Cuts a list where the next one may depend on those before it. */
function neighbours<T>(kinds: Kinds, all: readonly T[], of: (one: T) => Resource): T[][] {
  const groups: T[][] = []
  let last: Resource | undefined
  for (const one of all) {
    const resource = of(one)
    const joins = last?.kind === resource.kind && kindOf(kinds, resource).together === true
    if (joins) groups.at(-1)?.push(one)
    else groups.push([one])
    last = resource
  }
  return groups
}
