import type { ResolvConf } from './resolv-conf.ts'

/**
 * In what a pod's resolv.conf differs from the computed one, a line each. The search list may go on
 * after the cluster's domains: the kubelet appends the host's own.
 */
export function compareResolvConf(found: ResolvConf, expected: ResolvConf): string[] {
  const faults: string[] = []
  if (found.nameservers.join() !== expected.nameservers.join()) {
    faults.push(
      `nameserver ${found.nameservers.join(', ') || 'none'}, expected ${expected.nameservers.join(', ')}`,
    )
  }
  const start = found.search.slice(0, expected.search.length)
  if (start.join() !== expected.search.join()) {
    faults.push(
      `search ${found.search.join(' ') || 'nothing'}, expected ${expected.search.join(' ')}`,
    )
  }
  if (found.ndots !== expected.ndots) {
    faults.push(`ndots ${String(found.ndots)}, expected ${String(expected.ndots)}`)
  }
  return faults
}
