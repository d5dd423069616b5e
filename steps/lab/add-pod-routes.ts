import type { Route } from '../../lib/ports/resources.ts'
import type { Inventory } from '../../lib/inventory/inventory.ts'
import { resourceStep } from '../../lib/step-kinds/resource-step.ts'

export const addPodRoutes = (inventory: Inventory) => {
  const { controllers, workers } = inventory.lab
  // The controllers need them too: an API server calls pods when it proxies to them.
  const routes = [...controllers, ...workers].flatMap(({ name }) =>
    workers
      .filter((worker) => worker.name !== name)
      .map((worker): Route => ({
        kind: 'route',
        netns: name,
        to: worker.podCIDR,
        via: worker.address,
        dev: 'eth0',
      })),
  )
  return resourceStep({
    id: 'add-pod-routes',
    title: "Add the routes to each worker's pods",
    chapter: { section: '13', command: 'ip route add 10.200.1.0/24 via 192.168.199.211' },
    touches: [],
    provides: ['pod-routes'],
    resources: routes,
    because: `${String(routes.length)} routes lead to the pods of ${String(workers.length)} workers`,
  })
}
