import {
  controllerHealth,
  controllerManager,
  scheduler,
} from '../../lib/lab/daemons/controllers.ts'
import type { Lab } from '../../lib/lab/layout.ts'
import { askAll } from '../../lib/lab/readiness.ts'
import { resourceStep } from '../../lib/step-kinds/resource-step.ts'

export const startControllers = (lab: Lab) => {
  const { controllers } = lab.inventory.lab
  const daemons = controllers.flatMap((host) => [
    controllerManager(lab, host),
    scheduler(lab, host),
  ])
  return resourceStep({
    id: 'start-controllers',
    title: 'Start the controller managers and schedulers',
    chapter: { section: '8', command: 'systemctl start kube-controller-manager kube-scheduler' },
    touches: ['hosts'],
    provides: ['kube-controller-manager', 'kube-scheduler'],
    resources: daemons,
    because: `they run on ${controllers.map(({ name }) => name).join(', ')}`,
    health: {
      what: 'healthy controller managers and schedulers',
      deadlineMs: lab.inventory.limits.controlPlaneMs,
      intervalMs: 100,
      look: (ctx) =>
        askAll(ctx, lab.layout, {
          proof: `${daemons.length} healthy`,
          daemons,
          urls: controllers.flatMap(controllerHealth),
        }),
    },
  })
}
