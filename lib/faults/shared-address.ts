import { StepError } from '../core/errors.ts'
import { nthAddress } from '../inventory/address.ts'
import type { Worker } from '../inventory/inventory.ts'
import type { Lab } from '../lab/layout.ts'
import type { PodSeen } from '../core/look-data.ts'
import type { Acting } from '../ports/step.ts'
import { renumberPods, setLastAddress } from './containers.ts'
import { corednsPodsOf, restartCorednsPods, seeCorednsPods } from './coredns-pods.ts'

/** A CoreDNS pod that was restarted may come up on a third worker; so often it is sent on. */
const TRIES = 8

/** Has a CoreDNS pod on each of two workers with one range get the first address of that range. */
export async function shareFirstAddress(
  ctx: Acting,
  lab: Lab,
  [owner, other]: readonly [Worker, Worker],
): Promise<void> {
  const [gateway, first] = [nthAddress(owner.podCIDR, 1), nthAddress(owner.podCIDR, 2)]
  // The first address is kept free for CoreDNS.
  for (const worker of [owner, other]) await renumberPods(ctx, lab, worker, first)
  const inPlace = ({ ip }: PodSeen): boolean => ip === first
  for (let tried = 1; tried <= TRIES; tried += 1) {
    for (const worker of [owner, other]) await setLastAddress(ctx, lab, worker, gateway)
    await restartCorednsPods(ctx, (pod) => !inPlace(pod))
    await seeCorednsPods(ctx, 'ready CoreDNS pods', (pods) =>
      pods.length > 1 && pods.every(({ ready }) => ready) ? 'ready' : undefined,
    )
    if ((await corednsPodsOf(ctx)).filter(inPlace).length > 1) return
  }
  throw notShared(owner, other, await corednsPodsOf(ctx))
}

function notShared(owner: Worker, other: Worker, pods: readonly PodSeen[]): StepError {
  return new StepError({
    problem: `no two CoreDNS pods came up on ${owner.name} and ${other.name}`,
    seen: pods.map(({ node, ip }) => `${node ?? ''} ${ip ?? ''}`),
    remedy: 'npx tsx run.ts verify shows why; then try again',
  })
}
