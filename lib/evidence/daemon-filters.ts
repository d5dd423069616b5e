import { TLS_PORTS } from '../lab/daemon.ts'
import type { Barrier } from '../ports/host.ts'

/** For what a host itself sends or gets, and not its pods. */
export function isLocal({ from }: Barrier): boolean {
  return from.some((chain) => chain === 'OUTPUT' || chain === 'INPUT')
}

/**
 * The daemon that nobody reaches because of it; null for one that stops more than that. It guards the port of a
 * daemon beside it, or keeps an API server's host from the kubelets.
 */
export function cutOffDaemon(one: Barrier): keyof typeof TLS_PORTS | null {
  const { rule, from } = one
  if (!isLocal(one)) return null
  const guards = from.includes('INPUT') || /\bsports?\b/.test(rule)
  const numbers: readonly string[] = rule.match(/\b\d{4,5}\b/g) ?? []
  const programs = Object.keys(TLS_PORTS) as (keyof typeof TLS_PORTS)[]
  const cut = programs.find((program) => numbers.includes(String(TLS_PORTS[program])))
  return cut !== undefined && (guards || cut === 'kubelet') ? cut : null
}
