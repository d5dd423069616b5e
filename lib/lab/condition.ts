import type { HostReader } from '../ports/host.ts'
import type { Inventory } from '../inventory/inventory.ts'
import { hostFolder, type Layout } from './layout.ts'

/** Whether a lab's cluster can be asked, has a memory that nobody serves now, or was never there. */
export type LabCondition = 'running' | 'stopped' | 'absent'

/** Looks at the API servers and at etcd's data, without asking the cluster. */
export async function labCondition(
  host: HostReader,
  { lab }: Inventory,
  layout: Layout,
): Promise<LabCondition> {
  const daemons = await host.daemons(layout.name)
  if (daemons.some(({ name }) => name === 'kube-apiserver')) return 'running'
  const data = await host.look(
    lab.controllers.map(({ name }) => ({
      kind: 'folder',
      path: `${hostFolder(layout, name)}/etcd/member`,
      mode: 0o700,
    })),
  )
  return data.some(({ now }) => now !== null) ? 'stopped' : 'absent'
}
