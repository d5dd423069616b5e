import { type Cidr, formatAddress, formatCidr, isWithin, meet } from './address.ts'
import { type Draft, type DraftHost, type Given, named, toMend } from './draft.ts'
import type { ProblemAt } from './problem.ts'

/** Networks that have to be apart, or one within the other. */
export function checkNetworks(draft: Draft): readonly ProblemAt[] {
  return [...apart(draft), ...workerRanges(draft), ...dnsAddress(draft)]
}

function apart({ network, podCIDR, serviceCIDR }: Draft): readonly ProblemAt[] {
  const networks = [network, podCIDR, serviceCIDR].filter((one) => one !== null)
  return networks.flatMap((one, i) => {
    const other = networks.slice(0, i).find((earlier) => meet(earlier.value, one.value))
    if (other === undefined) return []
    const [mend, left] = toMend(one, other)
    return [
      {
        path: mend.path,
        problem: `${named(mend)} overlaps ${named(left)}`,
        cause: 'an address in both would lead to one of them only',
        remedy: 'give one of the two another range',
      },
    ]
  })
}

function workerRanges({ podCIDR: all, workers }: Draft): readonly ProblemAt[] {
  return workers.flatMap(({ podCIDR: own }, i) => {
    if (own === null) return []
    const free = freePart(all, own.value, workers)
    const remedy = `take a free part of cluster.podCIDR${free}`
    if (all !== null && !isWithin(own.value, all.value)) {
      return [{ path: own.path, problem: `${named(own)} lies outside ${named(all)}`, remedy }]
    }
    const twin = workers
      .slice(0, i)
      .find(({ podCIDR }) => podCIDR !== null && meet(podCIDR.value, own.value))
    if (twin?.podCIDR == null) return []
    return [
      {
        path: own.path,
        problem: `${named(own)} overlaps ${named(twin.podCIDR)}`,
        cause: 'pods on both workers would get the same addresses',
        remedy,
      },
    ]
  })
}

/** A part of the pod network of the same size that no worker has. */
function freePart(all: Given<Cidr> | null, like: Cidr, workers: readonly DraftHost[]): string {
  if (all === null) return ''
  const size = like.last - like.first + 1
  for (let first = all.value.first; first + size - 1 <= all.value.last; first += size) {
    const part = { first, last: first + size - 1, prefix: like.prefix }
    const taken = workers.find(({ podCIDR }) => podCIDR !== null && meet(podCIDR.value, part))
    if (taken === undefined) return `, such as ${formatCidr(part)}`
  }
  return ''
}

function dnsAddress({ dnsAddress: dns, serviceCIDR }: Draft): readonly ProblemAt[] {
  if (dns === null || serviceCIDR === null) return []
  const { first, last } = serviceCIDR.value
  const remedy = `take another address of it, such as ${formatAddress(first + 10)}, and have the same in the manifest`
  const problem = (what: string) => [{ path: dns.path, problem: `${named(dns)} ${what}`, remedy }]
  if (dns.value < first || dns.value > last) return problem(`lies outside ${named(serviceCIDR)}`)
  if (dns.value === first + 1) {
    return problem(`is the first of ${named(serviceCIDR)}, which the Service kubernetes has`)
  }
  if (dns.value === first || dns.value === last) {
    return problem(`is the network or broadcast address of ${named(serviceCIDR)}`)
  }
  return []
}
