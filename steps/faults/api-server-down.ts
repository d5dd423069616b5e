import type { Inventory } from '../../lib/inventory/inventory.ts'
import { type ControlPlane, reviveControlPlane } from '../../lib/faults/control-plane.ts'
import { see } from '../../lib/faults/daemons.ts'
import type { Fault } from '../../lib/faults/fault.ts'
import { controllerNamed, spareController } from '../../lib/faults/subjects.ts'
import type { Layout } from '../../lib/lab/layout.ts'
import { apiServer } from '../lab/start-api-servers.ts'
import { controllerManager, scheduler } from '../lab/start-controllers.ts'

export const apiServerDown = (inventory: Inventory, layout: Layout): Fault => ({
  id: 'api-server-down',
  code: 'B13',
  title: 'Stop the API server of a controller',
  chapter: { section: '8', command: 'systemctl stop kube-apiserver' },
  needs: 'three controllers',
  async breaks(on) {
    const { name } = await spareController(on, inventory)
    const { apiServer, others } = planeOf(inventory, layout, name)
    // The others end without it sooner or later.
    const resources = [...others, apiServer].map(
      (resource) => ({ kind: 'absent', resource }) as const,
    )
    return { subject: name, resources }
  },
  async renew(on, { subject, mended }) {
    if (mended) await reviveControlPlane(on, layout, planeOf(inventory, layout, subject))
  },
  felt: (on, subject) =>
    see(on, `no API server on ${subject}`, async () => {
      const [sighting] = await on.host.look([planeOf(inventory, layout, subject).apiServer])
      return sighting?.now === null ? `no API server runs on ${subject}` : undefined
    }),
})

/** What of the control plane runs on a controller. */
export function planeOf(inventory: Inventory, layout: Layout, name: string): ControlPlane {
  const controller = controllerNamed(inventory, name)
  return {
    apiServer: apiServer(inventory, layout, controller),
    address: controller.address,
    others: [controllerManager(inventory, layout, controller), scheduler(layout, controller)],
  }
}
