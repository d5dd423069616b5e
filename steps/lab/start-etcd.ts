import { counted } from '../../lib/core/counted.ts'
import type { Resource } from '../../lib/ports/resources.ts'
import { etcd } from '../../lib/lab/daemons/etcd.ts'
import { hostFolder, type Lab } from '../../lib/lab/layout.ts'
import { askAll } from '../../lib/lab/readiness.ts'
import { resourceStep } from '../../lib/step-kinds/resource-step.ts'

export const startEtcd = (lab: Lab) => {
  const { controllers } = lab.inventory.lab
  const daemons = controllers.map((host) => etcd(lab, host))
  return resourceStep({
    id: 'start-etcd',
    title: 'Start etcd on the controllers',
    chapter: { section: '7', command: 'systemctl start etcd' },
    touches: ['hosts'],
    provides: ['etcd'],
    resources: [
      ...controllers.flatMap(({ name }): Resource[] => [
        { kind: 'folder', path: `${hostFolder(lab.layout, name)}/etcd`, mode: 0o700 },
      ]),
      ...daemons,
    ],
    because: `etcd runs on ${controllers.map(({ name }) => name).join(', ')}`,
    health: {
      what: counted(controllers.length, 'healthy etcd member'),
      deadlineMs: Math.min(60_000, lab.inventory.limits.controlPlaneMs),
      intervalMs: 50,
      look: (ctx) =>
        askAll(ctx, lab.layout, {
          proof: `${counted(controllers.length, 'member')} healthy`,
          daemons,
          urls: controllers.map(({ name, address }) => ({
            name,
            url: `https://${address}:2379/health`,
          })),
        }),
    },
  })
}
