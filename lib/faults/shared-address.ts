import { StepError } from '../core/errors.ts'
import { nthAddress } from '../inventory/address.ts'
import type { Worker } from '../inventory/inventory.ts'
import type { Lab } from '../lab/lab.ts'
import type { KubeObject } from '../ports/cluster.ts'
import type { Acting } from '../ports/step.ts'
import { renumberPods, setLastAddress } from './containers.ts'
import {
  addressOf,
  corednsPodsOf,
  restartCorednsPods,
  seeCorednsPods,
  workerOf,
} from './coredns-pods.ts'
import { isReady } from '../objects/pod.ts'

/** A CoreDNS pod that was restarted may come up on a third worker; so often it is sent on. */
const TRIES = 8

/** Has a CoreDNS pod on each of two workers with one range get the first address of that range. */
export async function shareFirstAddress(
  on: Acting,
  lab: Lab,
  [owner, other]: readonly [Worker, Worker],
): Promise<void> {
  const [gateway, first] = [nthAddress(owner.podCIDR, 1), nthAddress(owner.podCIDR, 2)]
  // The first address is kept free for CoreDNS.
  for (const worker of [owner, other]) await renumberPods(on, lab, worker, first)
  const inPlace = (pod: KubeObject): boolean => addressOf(pod) === first
  for (let tried = 1; tried <= TRIES; tried += 1) {
    for (const worker of [owner, other]) await setLastAddress(on, lab, worker, gateway)
    await restartCorednsPods(on, (pod) => !inPlace(pod))
    await seeCorednsPods(on, 'ready CoreDNS pods', (pods) =>
      pods.length > 1 && pods.every((pod) => isReady(pod)) ? 'ready' : undefined,
    )
    if ((await corednsPodsOf(on)).filter(inPlace).length > 1) return
  }
  throw notShared(owner, other, await corednsPodsOf(on))
}

function notShared(owner: Worker, other: Worker, pods: readonly KubeObject[]): StepError {
  return new StepError({
    problem: `no two CoreDNS pods came up on ${owner.name} and ${other.name}`,
    seen: pods.map((pod) => `${workerOf(pod)} ${addressOf(pod)}`),
    remedy: 'npx tsx run.ts verify shows why; then try again',
  })
}
