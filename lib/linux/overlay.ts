import type { Before, Host, HostReader } from '../ports/host.ts'
import type { Resource } from '../ports/resources.ts'

/**
 * The machine of a dry-run: what would be put is remembered and found again; the base, a reader, cannot write.
 * `undone` tells what giving back would say.
 */
export function overlayHost(
  base: HostReader,
  undone: (befores: readonly Before[]) => readonly string[] = () => [],
): Host {
  const planned = new Map<string, Resource>()
  const keyOf = (resource: Resource): string => JSON.stringify(resource)
  return {
    async look(resources) {
      const open = resources.filter((resource) => !planned.has(keyOf(resource)))
      const found = open.length === 0 ? [] : await base.look(open)
      const sightings = new Map(open.map((resource, i) => [resource, found[i]]))
      return resources.map((resource) => sightings.get(resource) ?? { now: {}, change: null })
    },
    async readFile(path) {
      const last = [...planned.values()].findLast(
        (resource) => resource.kind === 'file' && resource.path === path,
      )
      return last?.kind === 'file' ? Buffer.from(last.text) : base.readFile(path)
    },
    daemons: (lab) => base.daemons(lab),
    answering: (sockets) => base.answering(sockets),
    inspectTls: (endpoint, options) => base.inspectTls(endpoint, options),
    names: (folder) => base.names(folder),
    network: (netns, settings) => base.network(netns, settings),
    filters: (netns, programs) => base.filters(netns, programs),
    tryCorefile: (trial) => base.tryCorefile(trial),
    facts: () => base.facts(),
    fetch: (url, options) => base.fetch(url, options),
    put(resources) {
      for (const resource of resources) {
        // Last again, where it is put once more.
        planned.delete(keyOf(resource))
        planned.set(keyOf(resource), resource)
      }
      return Promise.resolve()
    },
    restore(befores) {
      for (const { resource } of befores) planned.delete(keyOf(resource))
      return Promise.resolve(undone(befores))
    },
  }
}
