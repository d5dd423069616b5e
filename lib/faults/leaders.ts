import { textAt } from '../core/json.ts'
import type { Reading } from '../ports/step.ts'
import { ref } from '../ports/refs.ts'

/** Which of several controllers does the work of a program at present. */
export type Leader = {
  readonly host: string
  /** When it last said so, in milliseconds since 1970. */
  readonly renewed: number
}

/** The holder of the Lease of `kube-controller-manager` or `kube-scheduler`; null where nobody leads. */
export async function leaderOf(ctx: Reading, program: string): Promise<Leader | null> {
  const lease = await ctx.cluster.get(ref.lease(program, 'kube-system'))
  if (lease === null) return null
  // Both call themselves HOST_UUID.
  const holder = textAt(lease, 'spec', 'holderIdentity') ?? ''
  const host = holder.slice(0, Math.max(holder.lastIndexOf('_'), 0))
  return { host, renewed: Date.parse(textAt(lease, 'spec', 'renewTime') ?? '') }
}
