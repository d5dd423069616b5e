import { restartDns } from '../evidence/cluster-dns.ts'
import { isRewrittenFor } from '../evidence/corefile-read.ts'
import type { Evidence } from '../evidence/evidence.ts'
import { type Finding, seen } from './rule.ts'

/** What a Corefile was at fault for that was mended: the next start heals it. */
export function mendedSince(e: Evidence, finding: Finding): Finding {
  return passing(e, finding, 'mended since')
}

/** What a pod has said of a Corefile may not hold for one that was written after it had read it. */
export function unlessRewritten(e: Evidence, pod: string, finding: Finding): Finding {
  if (!isRewrittenFor(e, pod)) return finding
  return passing(e, finding, 'the Corefile has been changed since')
}

function passing(e: Evidence, { permanent: _, ...finding }: Finding, why: string): Finding {
  return seen({ ...finding, cause: `${finding.cause} (${why})`, cure: restartDns(e) })
}
