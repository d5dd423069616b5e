import type { Acting } from '../../lib/ports/step.ts'
import { contains } from '../../lib/inventory/address.ts'
import { corednsPodsOf, restartCorednsPods, seeCorednsPods } from '../../lib/faults/coredns-pods.ts'
import type { FaultOf } from '../../lib/faults/fault.ts'
import { restartUntil } from '../../lib/faults/fresh-pods.ts'
import { workerFault } from '../../lib/faults/worker-fault.ts'
import { hostFile } from '../../lib/lab/host-file.ts'

/** As the package of CRI-O brings it, which is not even in use here. */
const RANGE = '10.85.0.0/16'
const BRIDGE = 'crio0'
const CRIO = {
  cniVersion: '0.4.0',
  name: 'crio',
  plugins: [
    {
      ...{ type: 'bridge', bridge: BRIDGE, isGateway: true, ipMasq: true, hairpinMode: true },
      ipam: {
        type: 'host-local',
        ranges: [[{ subnet: RANGE }]],
        routes: [{ dst: '0.0.0.0/0' }],
      },
    },
  ],
}

export const secondCniFile: FaultOf = (lab) =>
  workerFault(lab, {
    id: 'second-cni-file',
    code: 'E1',
    title: "Leave a CNI configuration on a worker that sorts before the chapter's",
    chapter: {
      section: '9',
      command: 'apt-get install cri-o, and nobody looks into /etc/cni/net.d',
    },
    requires: 'the chapter',
    needsDns: true,
    resource: ({ name }) => hostFile(lab.layout, name, 'cni-conf/00-crio-bridge.conflist', CRIO),
    async restartAffected(ctx, { subject, mended }) {
      if (mended) return leaveBridge(ctx, subject)
      await restartUntil(ctx, {
        fault: 'second-cni-file',
        isWanted: (pods) => pods.some(({ ip }) => isStray(ip)),
      })
    },
    visible: (ctx, subject) =>
      seeCorednsPods(ctx, `a CoreDNS pod on ${subject} with an address of ${RANGE}`, (pods) => {
        const pod = pods.find(({ ip }) => isStray(ip))
        return pod && `pod ${pod.name} on ${subject} has ${pod.ip ?? ''}, of ${RANGE}`
      }),
  })

/** Pods on it get addresses of their worker's range; then it can go. */
async function leaveBridge(ctx: Acting, netns: string): Promise<void> {
  if ((await corednsPodsOf(ctx)).some(({ ip }) => isStray(ip))) {
    await restartCorednsPods(ctx, ({ ip }) => isStray(ip))
  }
  const resource = { kind: 'link', netns, name: BRIDGE, type: 'bridge' } as const
  await ctx.host.restore([{ resource, now: null }])
}

function isStray(ip: string | null): boolean {
  return ip !== null && contains(RANGE, ip)
}
