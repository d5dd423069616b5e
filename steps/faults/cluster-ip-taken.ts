import { type KubeObject, refOf } from '../../lib/ports/cluster.ts'
import { textAt } from '../../lib/core/json.ts'
import { chapterObject } from '../../lib/faults/chapter-object.ts'
import { see } from '../../lib/faults/daemons.ts'
import type { FaultOf } from '../../lib/faults/fault.ts'

export const clusterIpTaken: FaultOf = (lab) => ({
  id: 'cluster-ip-taken',
  code: 'D1',
  title: "Let another Service have the DNS Service's address",
  chapter: { section: '14.1', command: 'kubectl create service clusterip legacy-dns …' },
  requires: 'the chapter',
  async plan(ctx) {
    const service = await chapterObject(ctx, lab, 'Service')
    const address = textAt(service, 'spec', 'clusterIP') ?? ''
    return { subject: address, gone: [refOf(service)], objects: [holder(address)] }
  },
  waitUntilVisible: (ctx, address) =>
    see(ctx, `${address} in other hands`, async () => {
      const live = await ctx.cluster.get(refOf(holder(address)))
      const held = textAt(live ?? undefined, 'spec', 'clusterIP')
      return held === address
        ? `${address} belongs to Service legacy-dns, kube-dns is gone`
        : undefined
    }),
})

function holder(clusterIP: string): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'legacy-dns', namespace: 'default' },
    spec: { clusterIP, ports: [{ name: 'dns', port: 53, protocol: 'UDP' }] },
  }
}
