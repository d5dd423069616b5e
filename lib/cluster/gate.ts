import type { Request } from './wire.ts'

/** What a request can do to the cluster (design §10): create, update, patch and delete write. */
export type RequestKind = 'read' | 'dryRun' | 'write'

/** One request as it left the process; each attempt counts, as in the audit log. */
export interface SentRequest {
  readonly kind: RequestKind
  readonly method: string
  /** Without the query. */
  readonly path: string
}

/** A review asks a question by POST and stores nothing. */
const REVIEW =
  /^\/apis\/(authorization|authentication)\.k8s\.io\/[^/]+\/(namespaces\/[^/]+\/)?[a-z]+reviews$/

/** Tells reading from writing by the request alone, never by what the caller says of it. */
export function kindOf(request: Request): RequestKind {
  if (request.method === 'GET') return 'read'
  if (request.method === 'POST' && REVIEW.test(request.path)) return 'read'
  // In the query, where the audit log shows it; a dryRun in a DELETE's body would be invisible there.
  return request.query?.['dryRun'] === 'All' ? 'dryRun' : 'write'
}

/** The one gate before the wire. Throws a bug error where a read-only cluster is asked to write. */
export function gate(
  readOnly: boolean,
  onRequest: (sent: SentRequest) => void,
): (request: Request) => void {
  return (request) => {
    const kind = kindOf(request)
    if (readOnly && kind === 'write') {
      throw new Error(`a read-only run tried to write: ${request.method} ${request.path}`)
    }
    onRequest({ kind, method: request.method, path: request.path })
  }
}
