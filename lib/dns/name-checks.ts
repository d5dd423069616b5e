import type { Piece } from './lookup-pieces.ts'
import type { NameCheck } from './matrix.ts'
import { readNslookup } from './nslookup.ts'

/** What a name should lead to. `address` where that is an address or the name of one. */
export type NameWanted = Pick<NameCheck, 'name' | 'kind' | 'expected'>

/** RFC 2606 keeps it for examples: no cluster has it, and it exists. */
const EXTERNAL = 'example.com.'

/** One of each kind of name, as a pod in namespace default writes them. */
export function namesFor({
  domain,
  kubernetes,
}: {
  readonly domain: string
  readonly kubernetes: string
}): readonly NameWanted[] {
  const full = `kubernetes.default.svc.${domain}`
  return [
    { kind: 'short', name: 'kubernetes', expected: kubernetes },
    { kind: 'partial', name: 'kubernetes.default', expected: kubernetes },
    { kind: 'full', name: full, expected: kubernetes },
    { kind: 'reverse', name: kubernetes, expected: full },
    { kind: 'absent', name: `hardway-absent.default.svc.${domain}.`, expected: 'NXDOMAIN' },
    // The chapter's Corefile forwards nothing; another one may.
    { kind: 'external', name: EXTERNAL, expected: 'SERVFAIL or an address' },
  ]
}

/** Judges what nslookup said by the answer alone, never by its exit code. */
export function judgeName(
  worker: string,
  wanted: NameWanted,
  piece: Pick<Piece, 'text'> | undefined,
): NameCheck {
  const reading = readNslookup({ stdout: piece?.text ?? '', stderr: '', code: 0 })
  const [answer] = reading.answers
  const found = wanted.kind === 'reverse' ? answer?.name : answer?.address
  const got = found ?? (piece === undefined ? 'no answer' : saidBy(reading.outcome))
  return { ...wanted, worker, got, ok: isRight(wanted, got, found !== undefined) }
}

function isRight({ kind, expected }: NameWanted, got: string, found: boolean): boolean {
  // Before 1.29 busybox tells no kind of failure from another.
  if (kind === 'absent') return ['NXDOMAIN', 'unresolved'].includes(got)
  if (kind === 'external') return found || ['SERVFAIL', 'NXDOMAIN', 'unresolved'].includes(got)
  return got === expected
}

function saidBy(outcome: string): string {
  return ['nxdomain', 'servfail'].includes(outcome) ? outcome.toUpperCase() : outcome
}
