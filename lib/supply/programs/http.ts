import type { Dispatcher } from 'undici'
import packageJson from '../../../package.json' with { type: 'json' }
import { messageOf, systemCode, TooLargeError } from '../../core/errors.ts'
import type { ProgramsContext } from './context.ts'

/** What a server answered, its body still to be read. */
export type Answer = {
  readonly status: number
  readonly headers: Dispatcher.ResponseData['headers']
  readonly body: Dispatcher.ResponseData['body']
  /** Where the redirects ended. */
  readonly url: string
}

/** A client that verifies TLS whatever the environment says. */
export interface Client {
  /** GET, following up to five redirects, never from https to http. Any status is a result. */
  get(url: string, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Answer>
  close(): Promise<void>
}

/** How a client connects, where the usual way does not do. */
export type ClientOptions = {
  /** A server that sends nothing for so many milliseconds is given up. */
  readonly stallMs?: number
  /** Never through a proxy of the environment. */
  readonly direct?: boolean
  /** PEM: the only authority that is trusted, and this side's own certificate. */
  readonly tls?: { readonly ca?: Buffer; readonly cert?: Buffer; readonly key?: Buffer }
}

const REDIRECTS = 5
const CONNECT_MS = 15_000
const STALL_MS = 30_000

const AGENT = `hardway/${packageJson.version}`

/** Opens a client; close it after use, or its idle connections hold the process up. */
export async function openClient(
  env: ProgramsContext['env'],
  options: ClientOptions = {},
): Promise<Client> {
  const { Agent, EnvHttpProxyAgent, interceptors, request } = await import('./undici.ts')
  const { stallMs = STALL_MS, direct = false } = options
  const variable = (name: string): string => env[name.toLowerCase()] ?? env[name] ?? ''
  // Verification is said out loud: NODE_TLS_REJECT_UNAUTHORIZED=0 must not switch it off.
  const proxyTls = { rejectUnauthorized: true, timeout: CONNECT_MS }
  const tls = { ...proxyTls, ...options.tls }
  const how = { connect: tls, headersTimeout: stallMs, bodyTimeout: stallMs }
  const agent = direct
    ? new Agent(how)
    : new EnvHttpProxyAgent({
        ...{ ...how, requestTls: tls, proxyTls },
        httpProxy: variable('HTTP_PROXY'),
        httpsProxy: variable('HTTPS_PROXY'),
        noProxy: variable('NO_PROXY'),
      })
  const redirect = interceptors.redirect({ maxRedirections: REDIRECTS, throwOnMaxRedirect: true })
  return {
    close: () => agent.destroy(),
    async get(url, headers, signal) {
      const { host } = new URL(url)
      const answer = await request(withoutCredentials(url), {
        dispatcher: agent.compose(neverLeavingTls(), redirect),
        signal,
        headers: { 'user-agent': AGENT, ...credentialsOf(url), ...headers },
      }).catch((error: unknown) => {
        if (systemCode(error) !== 'UND_ERR_REDIRECT_MAX') throw error
        throw new Error(`${host} redirects more than ${REDIRECTS} times`, { cause: error })
      })
      const { statusCode: status, context } = answer
      const { history } = context as { readonly history: readonly URL[] }
      return { ...answer, status, url: history.at(-1)?.href ?? url }
    },
  }
}

/** Stands behind the interceptor that follows redirects, and so sees each of the requests. */
function neverLeavingTls(): Dispatcher.DispatcherComposeInterceptor {
  let last: URL | undefined
  return (dispatch) => (options, handler) => {
    const next = new URL(String(options.origin))
    if (last?.protocol === 'https:' && next.protocol !== 'https:') {
      throw new Error(`${last.host} redirects to ${next.origin}, without TLS`)
    }
    last = next
    return dispatch(options, handler)
  }
}

/** The whole body. `seen` is told how many bytes are there. @throws TooLargeError beyond `limit` bytes */
export async function bodyOf(
  { body }: Pick<Answer, 'body'>,
  limit: number,
  seen?: (bytes: number) => void,
): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > limit) throw new TooLargeError(limit)
    chunks.push(chunk)
    seen?.(size)
  }
  return Buffer.concat(chunks)
}

/** Ends an answer whose body, or the rest of it, nobody wants. */
export function discard({ body }: Pick<Answer, 'body'>): void {
  // Destroying an unfinished body makes it report that it was; nobody is interested.
  body.on('error', () => undefined)
  body.destroy()
}

/** A URL as it may be shown and kept: mirrors may be named with a user and password in them. */
export function withoutCredentials(url: string): string {
  const bare = new URL(url)
  bare.username = ''
  bare.password = ''
  return bare.href
}

function credentialsOf(url: string): Readonly<Record<string, string>> {
  const { username, password } = new URL(url)
  if (username === '') return {}
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  return { authorization: `Basic ${Buffer.from(pair).toString('base64')}` }
}

/** One line on why a request failed: undici hides it in a cause, or in one for each address. */
export function explainFetch(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(explainFetch).join('; ')
  if (error instanceof Error && error.cause !== undefined) return explainFetch(error.cause)
  return messageOf(error)
}

/** True for failures where the server was never reached: another try would only cost time. */
export function isUnreachable(error: unknown): boolean {
  const codes = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']
  for (let at = error; at instanceof Error; at = at.cause) {
    if ('code' in at && [...codes, 'UND_ERR_CONNECT_TIMEOUT'].includes(String(at.code))) return true
    if (at instanceof AggregateError) return at.errors.every(isUnreachable)
  }
  return false
}
