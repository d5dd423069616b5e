import { hostsOf } from '../../lib/inventory/inventory.ts'
import type { Lab } from '../../lib/lab/layout.ts'
import { podRoutes } from '../../lib/lab/network.ts'
import { resourceStep } from '../../lib/step-kinds/resource-step.ts'

export const addPodRoutes = (lab: Lab) => {
  const { lab: network } = lab.inventory
  // The controllers need them too: an API server calls pods when it proxies to them.
  const routes = hostsOf(network).flatMap(({ name }) => podRoutes(lab, name))
  return resourceStep({
    id: 'add-pod-routes',
    title: "Add the routes to each worker's pods",
    chapter: { section: '13', command: 'ip route add 10.200.1.0/24 via 192.168.199.211' },
    touches: [],
    provides: ['pod-routes'],
    resources: routes,
    because: 'every host has a route to the pods of each other worker',
  })
}
