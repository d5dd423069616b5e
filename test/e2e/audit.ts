import { open, stat } from 'node:fs/promises'
import type { Ledger } from '../../lib/ports/events.ts'
import { LEASE } from '../../lib/kube-client/lease/lease-store.ts'

/** One request, as an API server's audit log has it. */
export interface Audited {
  /** A request has one, however many lines it has. */
  readonly auditID: string
  readonly verb: string
  readonly userAgent: string
  readonly requestURI: string
  readonly objectRef?: {
    readonly resource?: string
    readonly name?: string
    readonly subresource?: string
  }
  readonly responseStatus?: { readonly code?: number }
}

/** How far the audit logs have come. */
export type AuditMark = Readonly<Record<string, number>>

export async function auditMark(logs: readonly string[]): Promise<AuditMark> {
  const sizes = await Promise.all(logs.map(async (log) => (await stat(log)).size))
  return Object.fromEntries(logs.map((log, i) => [log, sizes[i] ?? 0]))
}

/** The requests of this program since the mark. */
export async function auditedSince(mark: AuditMark): Promise<readonly Audited[]> {
  const texts = await Promise.all(Object.entries(mark).map(([log, from]) => readFrom(log, from)))
  return texts
    .flatMap((text) => text.split('\n'))
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Audited)
    .filter(({ userAgent }) => userAgent.startsWith('hardway/'))
}

/**
 * The same requests as the program's own ledger counts them. Whether each API server is ready is asked by the
 * lab's steps, of the host and not of the cluster.
 */
export async function countedSince(mark: AuditMark): Promise<Omit<Ledger, 'hostWrites'>> {
  const lines = (await auditedSince(mark)).filter(({ requestURI }) => requestURI !== '/readyz')
  const requests = [...new Map(lines.map((line) => [line.auditID, line])).values()]
  const writes = requests.filter(isWriting).length
  const dryRuns = requests.filter(isDryRun).length
  return { reads: requests.length - writes - dryRuns, dryRuns, writes }
}

/** Its writing requests since the mark, but for those of its own lease. */
export async function changesSince(mark: AuditMark): Promise<readonly Audited[]> {
  return (await auditedSince(mark)).filter((one) => isWriting(one) && !isOfLease(one))
}

/** A write of the lease that a run holds while it changes something: made, renewed and deleted with it. */
export function isOfLease({ objectRef }: Audited): boolean {
  return objectRef?.resource === 'leases' && objectRef.name === LEASE.name
}

async function readFrom(path: string, from: number): Promise<string> {
  const file = await open(path)
  try {
    const { size } = await file.stat()
    const { buffer, bytesRead } = await file.read(Buffer.alloc(size - from), 0, size - from, from)
    return buffer.toString('utf8', 0, bytesRead)
  } finally {
    await file.close()
  }
}

function isDryRun({ requestURI }: Pick<Audited, 'requestURI'>): boolean {
  return new URL(requestURI, 'https://server').searchParams.get('dryRun') === 'All'
}

const REVIEW = /(?:access|token|subject)\w*reviews$/

/** Create, update, patch, delete; minus dry runs, reviews, exec and port-forward. */
export function isWriting({ verb, requestURI, objectRef }: Audited): boolean {
  if (!['create', 'update', 'patch', 'delete', 'deletecollection'].includes(verb)) return false
  if (isDryRun({ requestURI })) return false
  if (REVIEW.test(objectRef?.resource ?? '')) return false
  return !['exec', 'portforward'].includes(objectRef?.subresource ?? '')
}
