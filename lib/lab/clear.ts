import type { Host } from '../host/host.ts'
import type { Resource } from '../host/resources.ts'
import type { Inventory } from '../inventory/inventory.ts'
import { type Layout, mountNamespaceOf } from './layout.ts'

/**
 * Takes away whatever bears the lab's name, in case a journal was lost or a run was killed. All of
 * these names are the lab's own, so nothing of anyone else's can be meant.
 */
export async function clearLab(
  host: Host,
  { lab }: Inventory,
  layout: Layout,
): Promise<readonly string[]> {
  const hosts = [...lab.controllers, ...lab.workers].map(({ name }) => name)
  const own: readonly Resource[] = [
    // Other labs may be in these.
    ...layout.parents.map((path) => ({ kind: 'folder', path, mode: 0o755, shared: true }) as const),
    { kind: 'folder', path: layout.folder, mode: 0o700 },
    { kind: 'folder', path: layout.run, mode: 0o711 },
    { kind: 'link', netns: null, name: layout.uplink, type: 'veth' },
    ...[layout.lan, ...hosts].map((name) => ({ kind: 'network-namespace', name }) as const),
    ...lab.workers.map(({ name }): Resource => ({
      kind: 'mount-namespace',
      path: mountNamespaceOf(layout, name),
      binds: [],
    })),
    { kind: 'cgroup', path: layout.cgroup, delegate: true },
  ]
  const sightings = await host.look(own)
  const there = own.filter((_, i) => sightings[i]?.now !== null)
  await host.restore(there.map((resource) => ({ resource, now: null })))
  return []
}
