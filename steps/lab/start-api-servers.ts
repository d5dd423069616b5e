import { counted } from '../../lib/core/counted.ts'
import { apiServer, auditPolicyFile } from '../../lib/lab/daemons/api-server.ts'
import type { Lab } from '../../lib/lab/layout.ts'
import { askAll } from '../../lib/lab/readiness.ts'
import { resourceStep } from '../../lib/step-kinds/resource-step.ts'

export const startApiServers = (lab: Lab) => {
  const { controllers } = lab.inventory.lab
  const daemons = controllers.map((host) => apiServer(lab, host))
  return resourceStep({
    id: 'start-api-servers',
    title: 'Start the API servers',
    chapter: { section: '8', command: 'systemctl start kube-apiserver' },
    touches: ['hosts', 'server'],
    provides: ['kube-apiserver'],
    resources: [auditPolicyFile(lab), ...daemons],
    because: `kube-apiserver runs on ${controllers.map(({ name }) => name).join(', ')}`,
    health: {
      what: counted(controllers.length, 'ready API server'),
      deadlineMs: lab.inventory.limits.controlPlaneMs,
      intervalMs: 100,
      look: (ctx) =>
        askAll(ctx, lab.layout, {
          proof: `${counted(controllers.length, 'API server')} ready`,
          daemons,
          urls: controllers.map(({ name, address }) => ({
            name,
            url: `https://${address}:6443/readyz`,
          })),
        }),
    },
  })
}
