import { StepError } from '../../lib/core/errors.ts'
import type { Inventory } from '../../lib/inventory/inventory.ts'
import { chapterObject, type Manifest } from '../../lib/faults/chapter-object.ts'
import { reviveControlPlane } from '../../lib/faults/control-plane.ts'
import { corednsPodsOf, restartCorednsPods } from '../../lib/faults/coredns-pods.ts'
import { isReady } from '../../lib/objects/pod.ts'
import { see, withFlags } from '../../lib/faults/daemons.ts'
import type { Fault } from '../../lib/faults/fault.ts'
import { spareController } from '../../lib/faults/subjects.ts'
import { type Layout, pairOf } from '../../lib/lab/layout.ts'
import type { Reading } from '../../lib/ports/step.ts'
import { planeOf } from './api-server-down.ts'

/**
 * CoreDNS lists three kinds of objects, each about once a second. After fewer refusals it may still go on over
 * another of its first connections, to another API server.
 */
const REFUSALS = 9

/** Two pods, each with one chance in three to ask the wrong API server. */
const TRIES = 15

export const serviceAccountKey = (
  inventory: Inventory,
  layout: Layout,
  manifest: Manifest,
): Fault => {
  const pair = pairOf(layout, 'other-service-account')
  return {
    id: 'service-account-key',
    code: 'B6',
    title: 'Let an API server check the tokens of pods with another key',
    chapter: { section: '8', command: 'vi kube-apiserver.service: --service-account-key-file' },
    needs: 'three controllers and the chapter',
    async breaks(on) {
      await chapterObject(on, manifest, 'Deployment')
      const { name } = await spareController(on, inventory)
      const { apiServer } = planeOf(inventory, layout, name)
      return {
        subject: name,
        resources: [
          {
            ...{ kind: 'certificate', path: pair, authority: pairOf(layout, 'ca') },
            ...{ commonName: 'service-accounts', organization: 'Kubernetes', names: [] },
          },
          withFlags(apiServer, { 'service-account-key-file': `${pair}.pem` }),
        ],
      }
    },
    async renew(on, { subject, mended }) {
      await reviveControlPlane(on, layout, planeOf(inventory, layout, subject))
      if (mended) return
      // Which API server a pod gets is chance, and it stays with that one.
      for (let tried = 1; tried <= TRIES; tried += 1) {
        await restartCorednsPods(on)
        await see(on, 'CoreDNS pods that are ready, or refused', async () => {
          const pods = await corednsPodsOf(on)
          const refused = await refusedOf(on)
          const settled =
            pods.length > 1 &&
            pods.every((pod) => isReady(pod) || refused.includes(pod.metadata.name))
          return settled ? 'settled' : undefined
        })
        if ((await refusedOf(on)).length > 0) return
      }
      throw new StepError({
        problem: `no CoreDNS pod of ${String(TRIES)} pairs asked the API server on ${subject}`,
        remedy: 'try again: npx tsx run.ts lab break service-account-key',
      })
    },
    felt: (on, subject) =>
      see(on, 'a CoreDNS pod that is refused', async () => {
        const [name] = await refusedOf(on)
        return name && `pod ${name} is refused by the API server on ${subject}: Unauthorized`
      }),
  }
}

/** The CoreDNS pods that do not get ready because their token is refused, again and again. */
async function refusedOf(on: Reading): Promise<readonly string[]> {
  const waiting = (await corednsPodsOf(on)).filter((pod) => !isReady(pod))
  const logs = await Promise.all(waiting.map((pod) => logOf(on, pod.metadata.name)))
  return waiting
    .map(({ metadata }) => metadata.name)
    .filter((_, i) => (logs[i]?.match(/: Unauthorized$/gm) ?? []).length >= REFUSALS)
}

async function logOf(on: Reading, pod: string): Promise<string> {
  try {
    return await on.cluster.logs({ namespace: 'kube-system', pod }, { lines: 50 })
  } catch (error) {
    // A container that is not started yet has none.
    if (error instanceof StepError) return ''
    throw error
  }
}
