import { planeOf, reviveControlPlane } from '../../lib/faults/control-plane.ts'
import { see } from '../../lib/faults/daemons.ts'
import type { FaultOf } from '../../lib/faults/fault.ts'
import { spareController } from '../../lib/faults/subjects.ts'

export const apiServerDown: FaultOf = (lab) => ({
  id: 'api-server-down',
  code: 'B13',
  title: 'Stop the API server of a controller',
  chapter: { section: '8', command: 'systemctl stop kube-apiserver' },
  requires: 'three controllers',
  async plan(ctx) {
    const { name } = await spareController(ctx, lab)
    const { apiServer, others } = planeOf(lab, name)
    // The others end without it sooner or later.
    const resources = [...others, apiServer].map(
      (resource) => ({ kind: 'absent', resource }) as const,
    )
    return { subject: name, resources }
  },
  async restartAffected(ctx, { subject, mended }) {
    if (mended) await reviveControlPlane(ctx, lab, planeOf(lab, subject))
  },
  waitUntilVisible: (ctx, subject) =>
    see(ctx, `no API server on ${subject}`, async () => {
      const [sighting] = await ctx.host.look([planeOf(lab, subject).apiServer])
      return sighting?.now === null ? `no API server runs on ${subject}` : undefined
    }),
})
