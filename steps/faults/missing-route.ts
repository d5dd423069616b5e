import type { FaultOf } from '../../lib/faults/fault.ts'
import { see } from '../../lib/faults/daemons.ts'
import { twoWorkers } from '../../lib/faults/subjects.ts'
import { podRoutes } from '../../lib/lab/network.ts'

export const missingRoute: FaultOf = (lab) => ({
  id: 'missing-route',
  code: 'E3',
  title: "Take away a worker's route to the pods of another one",
  chapter: { section: '13', command: 'ip route delete 10.200.0.0/24' },
  requires: 'two workers',
  async plan(ctx) {
    const [served, cut] = await twoWorkers(ctx, lab)
    const resources = podRoutes(lab, cut.name)
      .filter(({ to }) => to === served.podCIDR)
      .map((resource) => ({ kind: 'absent', resource }) as const)
    return { subject: cut.name, resources }
  },
  waitUntilVisible: (ctx, subject) =>
    see(ctx, `${subject} without a route`, async () => {
      const routes = podRoutes(lab, subject)
      const sightings = await ctx.host.look(routes)
      const gone = routes.filter((_, i) => sightings[i]?.now === null).map(({ to }) => to)
      return gone.length === 0 ? undefined : `${subject} has no route to ${gone.join(', ')}`
    }),
})
