import { StepError } from '../core/errors.ts'
import type { PodSeen } from '../core/look-data.ts'
import type { Acting } from '../ports/step.ts'
import { corednsPodsOf, restartCorednsPods, seeCorednsPods } from './coredns-pods.ts'

/** Where a pod comes up, and with which address, is partly chance: so often it is made again. */
const TRIES = 8

/** Restarts the CoreDNS pods until they have come up as wanted. `settled` tells when they are looked at. */
export async function restartUntil(
  ctx: Acting,
  of: {
    readonly fault: string
    readonly isWanted: (pods: readonly PodSeen[]) => boolean
    readonly settled?: (pods: readonly PodSeen[]) => boolean
  },
): Promise<void> {
  const { fault, isWanted, settled = allReady } = of
  const { length } = await corednsPodsOf(ctx)
  if (length === 0) return
  for (let tried = 1; tried <= TRIES; tried += 1) {
    await restartCorednsPods(ctx)
    await seeCorednsPods(ctx, 'new CoreDNS pods', (pods) =>
      pods.length >= length && settled(pods) ? 'settled' : undefined,
    )
    if (isWanted(await corednsPodsOf(ctx))) return
  }
  throw new StepError({
    problem: `the CoreDNS pods were restarted ${TRIES} times, and ${fault} took no effect on them`,
    seen: (await corednsPodsOf(ctx)).map(({ node, ip }) => `${node ?? ''} ${ip ?? ''}`),
    remedy: `try again: npx tsx run.ts lab break ${fault}`,
  })
}

function allReady(pods: readonly PodSeen[]): boolean {
  return pods.every(({ ready }) => ready)
}
