import type { SentRequest } from '../kube-client/gate.ts'
import type { Ledger } from '../ports/events.ts'

/** Counts what leaves the process, at the gates and nowhere else. */
export function countingLedger() {
  const counts = { reads: 0, dryRuns: 0, writes: 0, hostWrites: 0 }
  return {
    onRequest: ({ kind }: SentRequest): void => {
      counts[kind === 'read' ? 'reads' : kind === 'dryRun' ? 'dryRuns' : 'writes'] += 1
    },
    onHostWrite: (): void => {
      counts.hostWrites += 1
    },
    ledger: (): Ledger => ({ ...counts }),
  }
}
