import { type Cidr, formatAddress, formatCidr, isWithin, meet } from './address.ts'
import { type Draft, type DraftHost, type Given, named, toMend } from './draft.ts'
import type { ProblemAt } from './problem.ts'

/** Networks that have to be apart, or one within the other. */
export function* checkNetworks(draft: Draft): Generator<ProblemAt> {
  yield* apart(draft)
  yield* workerRanges(draft)
  yield* dnsAddress(draft)
}

function* apart({ network, podCIDR, serviceCIDR }: Draft): Generator<ProblemAt> {
  const networks = [network, podCIDR, serviceCIDR].filter((one) => one !== null)
  for (const [i, one] of networks.entries()) {
    const other = networks.slice(0, i).find((earlier) => meet(earlier.value, one.value))
    if (other === undefined) continue
    const [mend, left] = toMend(one, other)
    yield {
      path: mend.path,
      problem: `${named(mend)} overlaps ${named(left)}`,
      cause: 'an address in both would lead to one of them only',
      remedy: 'give one of the two another range',
    }
  }
}

function* workerRanges({ podCIDR: all, workers }: Draft): Generator<ProblemAt> {
  for (const [i, { podCIDR: own }] of workers.entries()) {
    if (own === null) continue
    const { path } = own
    const remedy = `take a free part of cluster.podCIDR${freePart(all, own.value, workers)}`
    const twin = workerIn(own.value, workers.slice(0, i))?.podCIDR
    if (all !== null && !isWithin(own.value, all.value)) {
      yield { path, problem: `${named(own)} lies outside ${named(all)}`, remedy }
    } else if (twin != null) {
      const cause = 'pods on both workers would get the same addresses'
      yield { path, problem: `${named(own)} overlaps ${named(twin)}`, cause, remedy }
    }
  }
}

function workerIn(range: Cidr, workers: readonly DraftHost[]): DraftHost | undefined {
  return workers.find(({ podCIDR }) => podCIDR !== null && meet(podCIDR.value, range))
}

/** A part of the pod network of the same size that no worker has. */
function freePart(all: Given<Cidr> | null, like: Cidr, workers: readonly DraftHost[]): string {
  if (all === null) return ''
  const size = like.last - like.first + 1
  for (let first = all.value.first; first + size - 1 <= all.value.last; first += size) {
    const part = { first, last: first + size - 1, prefix: like.prefix }
    if (workerIn(part, workers) === undefined) return `, such as ${formatCidr(part)}`
  }
  return ''
}

function* dnsAddress({ dnsAddress: dns, serviceCIDR }: Draft): Generator<ProblemAt> {
  if (dns === null || serviceCIDR === null) return
  const { first, last } = serviceCIDR.value
  const services = named(serviceCIDR)
  const wrong =
    dns.value < first || dns.value > last
      ? `lies outside ${services}`
      : dns.value === first + 1
        ? `is the first of ${services}, which the Service kubernetes has`
        : (dns.value === first || dns.value === last) &&
          `is the network or broadcast address of ${services}`
  if (wrong === false) return
  const such = formatAddress(first + 10)
  const remedy = `take another address of it, such as ${such}, and have the same in the manifest`
  yield { path: dns.path, problem: `${named(dns)} ${wrong}`, remedy }
}
