import type { Route } from '../../lib/ports/resources.ts'
import type { Inventory } from '../../lib/inventory/inventory.ts'
import type { Fault } from '../../lib/faults/fault.ts'
import { see } from '../../lib/faults/daemons.ts'
import { twoWorkers } from '../../lib/faults/subjects.ts'

export const missingRoute = (inventory: Inventory): Fault => {
  const routesOf = (name: string): readonly Route[] =>
    inventory.lab.workers
      .filter((worker) => worker.name !== name)
      .map(({ podCIDR, address }) => ({
        ...{ kind: 'route', netns: name, to: podCIDR, via: address, dev: 'eth0' },
      }))
  return {
    id: 'missing-route',
    code: 'E3',
    title: "Take away a worker's route to the pods of another one",
    chapter: { section: '13', command: 'ip route delete 10.200.0.0/24' },
    needs: 'two workers',
    async breaks(on) {
      const [served, cut] = await twoWorkers(on, inventory)
      const resources = routesOf(cut.name)
        .filter(({ to }) => to === served.podCIDR)
        .map((resource) => ({ kind: 'absent', resource }) as const)
      return { subject: cut.name, resources }
    },
    felt: (on, subject) =>
      see(on, `${subject} without a route`, async () => {
        const routes = routesOf(subject)
        const sightings = await on.host.look(routes)
        const gone = routes.filter((_, i) => sightings[i]?.now === null).map(({ to }) => to)
        return gone.length === 0 ? undefined : `${subject} has no route to ${gone.join(', ')}`
      }),
  }
}
