import { checkServerIdentity, connect } from 'node:tls'
import type { TlsFinding } from '../ports/host.ts'

const TIMEOUT_MS = 5_000

/** Shakes hands with a server and judges its certificate against an authority and a name; sends nothing. */
export function inspectTls(
  endpoint: string,
  { ca, identity }: { readonly ca: string; readonly identity: string },
): Promise<TlsFinding> {
  const cut = endpoint.lastIndexOf(':')
  return new Promise((resolve) => {
    const socket = connect({
      host: endpoint.slice(0, cut),
      port: Number(endpoint.slice(cut + 1)),
      ca,
      timeout: TIMEOUT_MS,
      // The server is called by its own address and has to be good for another one, too.
      checkServerIdentity: (_host, certificate) => checkServerIdentity(identity, certificate),
    })
    const say = (finding: TlsFinding): void => {
      socket.destroy()
      resolve(finding)
    }
    socket.once('secureConnect', () => {
      say({ status: 'good' })
    })
    socket.once('timeout', () => {
      say({ status: 'unreachable', reason: `no answer within ${TIMEOUT_MS} ms` })
    })
    socket.once('error', (error: NodeJS.ErrnoException) => {
      const network = /^(E[A-Z]+)$/.test(error.code ?? '') && !error.code?.startsWith('ERR_')
      const status = network ? 'unreachable' : 'bad'
      say({ status, reason: error.message })
    })
  })
}
