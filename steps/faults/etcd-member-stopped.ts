import { see } from '../../lib/faults/daemons.ts'
import type { FaultOf } from '../../lib/faults/fault.ts'
import { controllerNamed, spareController } from '../../lib/faults/subjects.ts'
import { etcd } from '../../lib/lab/daemons/etcd.ts'

export const etcdMemberStopped: FaultOf = (lab) => ({
  id: 'etcd-member-stopped',
  code: 'B14',
  title: 'Stop etcd on a controller',
  chapter: { section: '7', command: 'systemctl stop etcd' },
  requires: 'three controllers',
  async plan(ctx) {
    const controller = await spareController(ctx, lab)
    const resource = etcd(lab, controller)
    return { subject: controller.name, resources: [{ kind: 'absent', resource }] }
  },
  waitUntilVisible: (ctx, subject) =>
    see(ctx, `no etcd on ${subject}`, async () => {
      const [sighting] = await ctx.host.look([etcd(lab, controllerNamed(lab, subject))])
      return sighting?.now === null ? `etcd does not run on ${subject}` : undefined
    }),
})
