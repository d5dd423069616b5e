import { isObject, type Json, listAt } from '../../lib/core/json.ts'
import { chapterObject } from '../../lib/faults/chapter-object.ts'
import { seeCorednsPods, restartCorednsPods } from '../../lib/faults/coredns-pods.ts'
import type { FaultOf } from '../../lib/faults/fault.ts'

export const missingPermission: FaultOf = (lab) => ({
  id: 'missing-permission',
  code: 'B8',
  title: "Take the Services out of what CoreDNS's ClusterRole may read",
  chapter: { section: '14.1', command: 'kubectl edit clusterrole system:coredns' },
  requires: 'the chapter',
  async plan(ctx) {
    const role = await chapterObject(ctx, lab, 'ClusterRole')
    const rules = listAt(role, 'rules').map(withoutServices)
    return { subject: 'system:coredns', objects: [{ ...role, rules }] }
  },
  restartAffected: (ctx) => restartCorednsPods(ctx),
  waitUntilVisible: (ctx) =>
    seeCorednsPods(ctx, 'CoreDNS pods that do not become ready', (pods) => {
      const [pod] = pods
      const running = pods.every(({ phase, ready }) => phase === 'Running' && !ready)
      return pod && running ? `pod ${pod.name} runs and does not become ready` : undefined
    }),
})

function withoutServices(rule: Json): Json {
  if (!isObject(rule)) return rule
  return { ...rule, resources: listAt(rule, 'resources').filter((one) => one !== 'services') }
}
