import { isReadOnly } from '../ports/read-only-commands.ts'
import type { Request } from './wire.ts'

/** What a request can do to the cluster: create, update, patch and delete write, and a command in a pod may. */
export type RequestKind = 'read' | 'dryRun' | 'write'

/** One request as it left the process; each attempt counts, as in the audit log. */
export type SentRequest = {
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
  if (request.method === 'GET') return writesInPod(request) ? 'write' : 'read'
  if (request.method === 'POST' && REVIEW.test(request.path)) return 'read'
  // In the query, where the audit log shows it; a dryRun in a DELETE's body would be invisible there.
  return request.query?.['dryRun'] === 'All' ? 'dryRun' : 'write'
}

/** An exec whose command is not on the list of those that are known to write nothing. */
function writesInPod({ path, search }: Request): boolean {
  if (!path.endsWith('/exec')) return false
  return !isReadOnly(new URLSearchParams(search).getAll('command'))
}

export interface GateOptions {
  /** A write is then a bug of this program and throws. */
  readonly readOnly: boolean
  /** Throws where the run may write no longer: its lock is lost or has run out. */
  readonly mayWrite?: (() => void) | undefined
  readonly onRequest?: ((sent: SentRequest) => void) | undefined
}

/** The one gate before the wire: every request passes it when it is about to leave, repeats included. */
export function gate(options: GateOptions): (request: Request) => void {
  return (request) => {
    const kind = kindOf(request)
    if (options.readOnly && kind === 'write') {
      throw new Error(`a read-only run tried to write: ${request.method} ${request.path}`)
    }
    if (kind === 'write') options.mayWrite?.()
    options.onRequest?.({ kind, method: request.method, path: request.path })
  }
}
