import type { Evidence } from './evidence.ts'

/** How a program is started that should run: a lab repairs itself, a host of one's own has systemd. */
export function start(e: Evidence, program: string): string {
  return e.wanted.target === 'lab' ? 'npx tsx run.ts lab up' : `systemctl start ${program}`
}

/** The command after which pods see a change of what they read only once. */
export const RESTART_COREDNS = 'kubectl -n kube-system rollout restart deployment/coredns'
