import { once } from 'node:events'
import { checkServerIdentity, connect } from 'node:tls'
import { isMistake, messageOf } from '../core/errors.ts'
import type { TlsFinding, TlsQuestion } from '../ports/host.ts'

/** A healthy server takes milliseconds, and one that starts on a busy machine more than two seconds. */
const TIMEOUT_MS = 5_000

/** Shakes hands with a server and judges its certificate against an authority and a name; sends nothing. */
export async function inspectTls(
  endpoint: string,
  { ca, identity, connectMs }: TlsQuestion,
  timeoutMs = TIMEOUT_MS,
): Promise<TlsFinding> {
  const cut = endpoint.lastIndexOf(':')
  const signal = AbortSignal.timeout(timeoutMs)
  const firstMs = connectMs ?? timeoutMs
  const socket = connect({
    host: endpoint.slice(0, cut),
    port: Number(endpoint.slice(cut + 1)),
    ca,
    // The server is called by its own address and has to be good for another one, too.
    checkServerIdentity: (_host, certificate) => checkServerIdentity(identity, certificate),
  })
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(firstMs) })
    await once(socket, 'secureConnect', { signal })
    return { status: 'good' }
  } catch (error) {
    if (error instanceof Error && error.name === 'AbortError') {
      return socket.connecting
        ? { status: 'unreachable', reason: `no answer within ${firstMs} ms` }
        : { status: 'silent', reason: `connected, and no greeting within ${timeoutMs} ms` }
    }
    if (isMistake(error)) throw error
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    const network = /^E[A-Z]+$/.test(code) && !code.startsWith('ERR_')
    return { status: network ? 'unreachable' : 'bad', reason: messageOf(error) }
  } finally {
    socket.destroy()
  }
}
