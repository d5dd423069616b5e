import { posix } from 'node:path'
import { InputError } from '../core/errors.ts'
import { at, isObject, type Json, listAt } from '../core/json.ts'
import { hostsOf, type Inventory } from '../inventory/inventory.ts'
import type { Before, Host } from '../ports/host.ts'
import { identityOf } from '../ports/identity.ts'
import type { Resource, ResourceOf } from '../ports/resources.ts'
import { FAMILIES, hostFolder, type Layout, SYSTEM_PATH } from './layout.ts'
import { KERNEL_MODULES, SHARED_FOLDERS } from './private-paths.ts'

/** Whether what a journal wants undone may be the target's own; `now` is what is to come back. */
export type Owns = (before: Before) => Promise<boolean>

/** A machine that undoes only what the target can own, whatever a journal says: all of what is asked, or nothing. */
export function undoingOnly(
  owns: Owns,
  host: Host,
  refusal: (strange: readonly string[]) => InputError,
): Host {
  return {
    ...host,
    async restore(befores) {
      const strange: string[] = []
      // As it was parsed: a journal may hold anything.
      const all: readonly Before[] = Array.isArray(befores) ? befores : [befores]
      for (const before of all) {
        if (!isResource(before.resource)) strange.push(JSON.stringify(before))
        else if (!(await owns(before))) strange.push(spell(before.resource))
      }
      if (strange.length > 0) throw refusal(strange)
      return host.restore(befores)
    },
  }
}

/** What is said where a journal asks for more. */
export function notOwned(
  target: string,
  folder: string,
): (strange: readonly string[]) => InputError {
  return (strange) =>
    new InputError({
      problem: `the journal of ${target} would undo what is not its own; nothing of that step was undone`,
      seen: strange,
      cause:
        'this program did not write that, or wrote it for hosts that the inventory does not name any more',
      remedy: `where hosts were taken out of the inventory, run it with the earlier one; else move the journals away (mkdir ${folder}.old && mv ${folder}/*.journal ${folder}.old/) and run the same again`,
    })
}

function isResource(value: unknown): value is Resource {
  if (!isObject(value)) return false
  return value['kind'] !== 'absent' || isResource(value['resource'])
}

function spell(resource: Resource): string {
  const known: unknown = identityOf(resource)
  return typeof known === 'string' ? known : JSON.stringify(resource)
}

/** On a cluster of the user's: files of the state folder. */
export function ownsFilesIn(folder: string): Owns {
  return ({ resource }) =>
    Promise.resolve(resource.kind === 'file' && isBelow(resource.path, folder))
}

/**
 * A lab's own folders and names, and what of the machine it shares. A host that the inventory no longer names is
 * known by its folder, and remembered: the folder may be undone first.
 */
export function ownsOfLab(layout: Layout, { lab }: Inventory, host: Host): Owns {
  const hosts = new Set([layout.lan, ...hostsOf(lab).map((one) => one.name)])
  return async (before) => {
    for (const name of hostsIn(before.resource)) {
      if (hosts.has(name) || !/^[a-z0-9-]+$/.test(name)) continue
      const path = hostFolder(layout, name)
      const [found] = await host.look([{ kind: 'folder', path, mode: 0o755 }])
      if (found?.now !== null) hosts.add(name)
    }
    return isOfLab(layout, before, (name) => hosts.has(name))
  }
}

function hostsIn(resource: Resource): readonly string[] {
  if (resource.kind === 'absent') return hostsIn(resource.resource)
  if (resource.kind === 'network-namespace') return [resource.name]
  if (resource.kind === 'process') return [resource.host, resource.netns]
  return 'netns' in resource && resource.netns !== null ? [resource.netns] : []
}

function isOfLab(
  layout: Layout,
  { resource, now }: Before,
  isHost: (name: string) => boolean,
): boolean {
  const own = (path: string): boolean => isBelow(path, layout.folder) || isBelow(path, layout.run)
  switch (resource.kind) {
    case 'absent':
      return isOfLab(layout, { resource: resource.resource, now }, isHost)
    case 'folder':
      return own(resource.path) || isShared(layout, resource)
    case 'file':
    case 'secret-file':
    case 'certificate':
      return own(resource.path)
    case 'mount-namespace':
      return isBelow(resource.path, `${layout.run}/mnt`)
    case 'cgroup':
      return resource.path === '' || isBelow(resource.path, layout.cgroup)
    case 'network-namespace':
      return isHost(resource.name)
    case 'kernel-module':
      return resource.name in KERNEL_MODULES
    case 'link':
      return resource.netns === null ? resource.name === layout.uplink : isHost(resource.netns)
    case 'route':
      return isHost(resource.netns)
    case 'mtu':
      return isHost(resource.netns) && resource.port.netns === layout.lan
    case 'sysctl':
      // All others are the machine's, from whichever namespace they are set.
      return isHost(resource.netns) && /^net(\.[\w-]+)+$/.test(resource.key)
    case 'chain-policy':
    case 'filter-table':
      return isHost(resource.netns) && isBelow(resource.program, layout.programs)
    case 'process':
      return isHost(resource.host) && isDaemon(layout, resource, now)
    case 'programs':
      return resource.into === layout.programs && FAMILIES.includes(resource.family)
    case 'image-archive':
    case 'image':
      // Nothing is undone for them: the cache stays, and a worker's store goes with its folder.
      return true
    default:
      return isUnheardOf(resource)
  }
}

/** A journal may hold anything. That each kind there is has its line above is for the compiler to see. */
function isUnheardOf(_: never): false {
  return false
}

function isShared({ parents }: Layout, { path, shared }: ResourceOf<'folder'>): boolean {
  return shared === true && [...parents, ...SHARED_FOLDERS].includes(path)
}

/** One that is started again runs what the journal says: only the lab's programs, as the lab starts them. */
function isDaemon(layout: Layout, daemon: ResourceOf<'process'>, now: Json): boolean {
  if (daemon.lab !== layout.name) return false
  if (now === null) return true
  const programs = [daemon.argv[0], listAt(now, 'argv')[0]]
  const env = at(now, 'env')
  return (
    programs.every((program) => isBelow(program, layout.programs)) &&
    isBelow(daemon.log, layout.logs) &&
    isBelow(daemon.cgroup, layout.cgroup) &&
    isObject(env) &&
    Object.entries(env).every(([name, value]) => isSetting(layout, name, value))
  )
}

/** As `daemonOf` has the environment; another version of this program may have had other families of programs. */
function isSetting(layout: Layout, name: string, value: Json): boolean {
  if (name === 'HOME') return isBelow(value, layout.folder)
  if (name !== 'PATH') return name === 'LC_ALL'
  const isKnown = (folder: string): boolean =>
    isBelow(folder, layout.programs) || SYSTEM_PATH.some((one) => one === folder)
  return typeof value === 'string' && value.split(':').every(isKnown)
}

/** The folder itself, or what is in it; never by way of `..`. */
function isBelow(path: unknown, folder: string): boolean {
  if (typeof path !== 'string' || posix.normalize(path) !== path) return false
  return path === folder || path.startsWith(`${folder}/`)
}
