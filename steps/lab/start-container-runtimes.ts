import { counted } from '../../lib/core/counted.ts'
import { endedDaemons } from '../../lib/lab/daemon.ts'
import { containerd, containerdFiles } from '../../lib/lab/daemons/containerd.ts'
import { containerdSocket, type Lab } from '../../lib/lab/layout.ts'
import { resourceStep } from '../../lib/step-kinds/resource-step.ts'

export const startContainerRuntimes = (lab: Lab) => {
  const { workers } = lab.inventory.lab
  const daemons = workers.map((worker) => containerd(lab, worker))
  return resourceStep({
    id: 'start-container-runtimes',
    title: 'Start containerd on the workers',
    chapter: { section: '9', command: 'systemctl start containerd' },
    touches: ['hosts'],
    provides: ['containerd'],
    resources: [...workers.flatMap((worker) => containerdFiles(lab, worker)), ...daemons],
    because: `containerd runs on ${workers.map(({ name }) => name).join(', ')}`,
    health: {
      what: `containerd on ${counted(workers.length, 'worker')}`,
      deadlineMs: 60_000,
      intervalMs: 50,
      async look(ctx) {
        const asked = workers.map(({ name }) => containerdSocket(lab.layout, name))
        const answers = await ctx.host.answering(asked)
        const silent = asked.filter((_, i) => answers[i] !== true)
        if (silent.length === 0) return { proven: `${counted(workers.length, 'runtime')} ready` }
        const never = await endedDaemons(ctx, daemons)
        const missing = silent.map((socket) => `${socket} does not answer yet`)
        return never === null ? { missing } : { missing, never }
      },
    },
  })
}
