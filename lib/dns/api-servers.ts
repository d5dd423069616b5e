import { at, listAt, textAt } from '../core/json.ts'
import { askTimed, type Timed } from '../core/timed-answers.ts'
import { addressesInSlice, SERVICE_NAME } from '../objects/endpoint-slice.ts'
import type { TlsFinding } from '../ports/host.ts'
import { all, ref } from '../ports/refs.ts'
import type { Reading } from '../ports/step.ts'
import { orWhereRefused } from './unless-refused.ts'

/** By EndpointSlices, else by Endpoints, which a cluster may have ceased to write: `192.168.199.200:6443`, each with each port. */
export async function apiServerAddresses({ cluster }: Reading): Promise<readonly string[]> {
  const slices = await orWhereRefused([], () =>
    cluster.list(
      all.endpointSlices({ namespace: 'default', labelSelector: `${SERVICE_NAME}=kubernetes` }),
    ),
  )
  const inSlices = slices.flatMap((slice) =>
    addressesInSlice(slice, { ready: true, withPort: true }),
  )
  if (inSlices.length > 0) return inSlices
  const endpoints = await cluster.get(ref.endpoints('kubernetes'))
  return listAt(endpoints ?? undefined, 'subsets').flatMap((subset) =>
    listAt(subset, 'addresses').flatMap((address) =>
      listAt(subset, 'ports').map(
        (port) => `${textAt(address, 'ip') ?? ''}:${String(Number(at(port, 'port')))}`,
      ),
    ),
  )
}

/** What the servers at these addresses have shown. */
type Hands = {
  /** With the reason: their certificates are not good. */
  readonly bad: readonly string[]
  /** They do not answer. */
  readonly dead: readonly string[]
  /** Not reached from here, which says nothing of a cluster elsewhere. */
  readonly unreached: readonly string[]
  readonly good: readonly Timed<unknown>[]
}

/** Shakes hands with each at once. `here`: they are on this machine. */
export async function shakeHands(
  { host, clock }: Reading,
  endpoints: readonly string[],
  { ca, identity, here }: Readonly<Record<'ca' | 'identity', string>> & { readonly here: boolean },
): Promise<Hands> {
  const answers = await askTimed(
    clock,
    endpoints.map((name) => ({ name, ask: () => host.inspectTls(name, { ca, identity }) })),
  )
  const good = answers.filter(({ answer }) => answer.status === 'good')
  const dead = answers.filter(({ answer }) => isDead(answer, here, good.length > 0))
  const unreached = answers.filter(
    (one) => one.answer.status === 'unreachable' && !dead.includes(one),
  )
  return {
    bad: answers.flatMap(({ name, answer }) =>
      answer.status === 'bad' ? [`${name}: ${answer.reason}`] : [],
    ),
    dead: dead.map(({ name }) => name),
    unreached: unreached.map(({ name }) => name),
    good,
  }
}

/**
 * Those of a cluster elsewhere may be reachable from its hosts only; but one whose host
 * takes connections and leaves them without a greeting, or refuses them while another is reached, is not there.
 */
function isDead(tls: TlsFinding, here: boolean, reached: boolean): boolean {
  if (tls.status === 'silent') return true
  if (tls.status !== 'unreachable') return false
  return here || (reached && tls.reason.includes('ECONNREFUSED'))
}
