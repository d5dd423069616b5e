import type { Host } from '../ports/host.ts'
import type { Resource } from '../ports/resources.ts'
import type { Inventory } from '../inventory/inventory.ts'
import { type Layout, mountNamespaceOf } from './layout.ts'
import { namesOf } from './network.ts'

/** Removes what a lab without a journal has left; names that others may use, only if the lab's own folder is there. */
export async function clearLab(
  host: Host,
  inventory: Inventory,
  layout: Layout,
): Promise<readonly string[]> {
  const folders: readonly Resource[] = [
    // Other labs may be in these.
    ...layout.parents.map((path) => ({ kind: 'folder', path, mode: 0o755, shared: true }) as const),
    { kind: 'folder', path: layout.folder, mode: 0o700 },
  ]
  const run: Resource = { kind: 'folder', path: layout.run, mode: 0o711 }
  const cgroup: Resource = { kind: 'cgroup', path: layout.cgroup, delegate: true }
  const [recorded] = await host.look([run])
  const mounts = inventory.lab.workers.map(
    ({ name }) =>
      ({ kind: 'mount-namespace', path: mountNamespaceOf(layout, name), binds: [] }) as const,
  )
  const named = recorded?.now === null ? [] : [run, ...namesOf({ inventory, layout }), ...mounts]
  const all = [...folders, ...named, cgroup]
  const sightings = await host.look(all)
  const there = all.filter((_, i) => sightings[i]?.now !== null)
  await host.restore(there.map((resource) => ({ resource, now: null })))
  return []
}
