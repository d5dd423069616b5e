import { isObject, type JsonObject } from '../../lib/core/json.ts'
import { chapterObject, withContainer } from '../../lib/faults/chapter-object.ts'
import { restartCorednsPods, seeCrashing } from '../../lib/faults/coredns-pods.ts'
import type { FaultOf } from '../../lib/faults/fault.ts'

/** runc can start it with so much, and CoreDNS 1.6.2 comes up with 12 Mi: both measured on the lab. */
const MEMORY = '5Mi'

export const memoryLimit: FaultOf = (lab) => ({
  id: 'memory-limit',
  code: 'A19',
  title: 'Give CoreDNS less memory than it needs',
  chapter: {
    section: '14.1',
    command: `kubectl -n kube-system set resources deployment/coredns …`,
  },
  requires: 'the chapter',
  async plan(ctx) {
    const object = await chapterObject(ctx, lab, 'Deployment')
    return { subject: 'coredns', objects: [withContainer(object, starved)] }
  },
  restartAffected: (ctx) => restartCorednsPods(ctx),
  waitUntilVisible: (ctx) => seeCrashing(ctx, 'OOMKilled'),
})

function starved(container: JsonObject): JsonObject {
  const resources = isObject(container['resources']) ? container['resources'] : {}
  const requests = isObject(resources['requests']) ? resources['requests'] : {}
  return {
    ...container,
    resources: { requests: { ...requests, memory: MEMORY }, limits: { memory: MEMORY } },
  }
}
