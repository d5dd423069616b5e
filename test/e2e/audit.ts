import { readFile, stat } from 'node:fs/promises'
import { PUT_SCRIPT } from '../../lib/ports/put-script.ts'
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

/** The requests of this program since the mark; not those that had begun before, such as watches, and end since. */
export async function auditedSince(mark: AuditMark): Promise<readonly Audited[]> {
  const logs = await Promise.all(Object.entries(mark).map(([log, from]) => auditedIn(log, from)))
  const ours = logs.flat().filter(({ userAgent }) => userAgent.startsWith('hardway/'))
  // Of one that lasts, such as an exec, there is a line for its beginning and one for its end.
  return [...new Map(ours.map((one) => [one.auditID, one])).values()]
}

async function auditedIn(log: string, from: number): Promise<readonly Audited[]> {
  const bytes = await readFile(log)
  const [before, since] = [bytes.subarray(0, from), bytes.subarray(from)].map(linesOf)
  const begun = new Set(before?.map(({ auditID }) => auditID))
  return since?.filter(({ auditID }) => !begun.has(auditID)) ?? []
}

function linesOf(bytes: Buffer): readonly Audited[] {
  const lines = bytes.toString('utf8').split('\n')
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Audited)
}

/** How often this program has put the prober into a pod since the mark: as one exec each. */
export async function putsSince(mark: AuditMark): Promise<number> {
  return (await auditedSince(mark)).filter(isPut).length
}

function isPut({ requestURI }: Pick<Audited, 'requestURI'>): boolean {
  const query = new URL(requestURI, 'https://server').searchParams
  return query.getAll('command').includes(PUT_SCRIPT)
}

const OF_HOST = new Set(['/readyz', '/openid/v1/jwks'])

/**
 * The same requests as the program's own ledger counts them. What each API server by itself is asked, by the
 * lab's steps and by the diagnosis of a slow wait, is asked of the host and not of the cluster.
 */
export async function countedSince(mark: AuditMark): Promise<Omit<Ledger, 'hostWrites'>> {
  const requests = (await auditedSince(mark)).filter(({ requestURI }) => !OF_HOST.has(requestURI))
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

function isDryRun({ requestURI }: Pick<Audited, 'requestURI'>): boolean {
  return new URL(requestURI, 'https://server').searchParams.get('dryRun') === 'All'
}

const REVIEW = /(?:access|token|subject)\w*reviews$/

/** Create, update, patch, delete; minus dry runs, reviews, exec and port-forward, but for the exec that puts the prober into a pod. */
export function isWriting({ verb, requestURI, objectRef }: Audited): boolean {
  if (isPut({ requestURI })) return true
  if (!['create', 'update', 'patch', 'delete', 'deletecollection'].includes(verb)) return false
  if (isDryRun({ requestURI })) return false
  if (REVIEW.test(objectRef?.resource ?? '')) return false
  return !['exec', 'portforward'].includes(objectRef?.subresource ?? '')
}
