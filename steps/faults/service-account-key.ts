import { StepError } from '../../lib/core/errors.ts'
import { chapterObject } from '../../lib/faults/chapter-object.ts'
import { planeOf, reviveControlPlane } from '../../lib/faults/control-plane.ts'
import { corednsPodsOf, restartCorednsPods } from '../../lib/faults/coredns-pods.ts'
import { NOTICED_MS, see, withFlags } from '../../lib/faults/daemons.ts'
import type { FaultOf } from '../../lib/faults/fault.ts'
import { refusedPods } from '../../lib/faults/refused-pods.ts'
import { spareController } from '../../lib/faults/subjects.ts'
import { pairOf } from '../../lib/lab/layout.ts'

export const serviceAccountKey: FaultOf = (lab) => {
  const pair = pairOf(lab.layout, 'other-service-account')
  return {
    id: 'service-account-key',
    code: 'B6',
    title: 'Let an API server check the tokens of pods with another key',
    chapter: { section: '8', command: 'vi kube-apiserver.service: --service-account-key-file' },
    requires: 'three controllers, and the chapter in edition 2020',
    // A newer CoreDNS that one API server refuses goes on to another, and serves.
    edition: 2020,
    needsDns: true,
    async plan(ctx) {
      await chapterObject(ctx, lab, 'Deployment')
      const { name } = await spareController(ctx, lab)
      const { apiServer } = planeOf(lab, name)
      return {
        subject: name,
        resources: [
          {
            kind: 'certificate',
            path: pair,
            authority: pairOf(lab.layout, 'ca'),
            commonName: 'service-accounts',
            organization: 'Kubernetes',
            names: [],
          },
          withFlags(apiServer, { 'service-account-key-file': `${pair}.pem` }),
        ],
      }
    },
    async restartAffected(ctx, { subject, mended }) {
      await reviveControlPlane(ctx, lab, planeOf(lab, subject))
      if (mended) return
      // Which API server a pod gets is chance, one in three, and it stays with that one. It is none at all
      // until the kube-proxy of its worker has noticed that this API server is back.
      const deadline = ctx.clock.now().getTime() + NOTICED_MS
      while (ctx.clock.now().getTime() < deadline) {
        await restartCorednsPods(ctx)
        await see(ctx, 'CoreDNS pods that are ready, or refused', async () => {
          const pods = await corednsPodsOf(ctx)
          const refused = await refusedPods(ctx)
          const settled =
            pods.length > 1 && pods.every(({ name, ready }) => ready || refused.includes(name))
          return settled ? 'settled' : undefined
        })
        if ((await refusedPods(ctx)).length > 0) return
      }
      throw nobodyAsked(subject)
    },
    waitUntilVisible: (ctx, subject) =>
      see(ctx, 'a CoreDNS pod that is refused', async () => {
        const [name] = await refusedPods(ctx)
        return name && `pod ${name} is refused by the API server on ${subject}: Unauthorized`
      }),
  }
}

function nobodyAsked(host: string): StepError {
  return new StepError({
    problem: `no CoreDNS pod asked the API server on ${host} within ${NOTICED_MS / 1000} s`,
    remedy: 'try again: npx tsx run.ts lab break service-account-key',
  })
}
