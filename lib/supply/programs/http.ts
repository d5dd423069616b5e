import { type Dispatcher, EnvHttpProxyAgent, request } from 'undici'
import packageJson from '../../../package.json' with { type: 'json' }
import type { ProgramsContext } from './context.ts'

/** What a server answered, its body still to be read. */
export interface Answer {
  readonly status: number
  readonly headers: Dispatcher.ResponseData['headers']
  readonly body: Dispatcher.ResponseData['body']
  /** Where the redirects ended. */
  readonly url: string
}

/** A client that honours the proxies of an environment and always verifies TLS. */
export interface Client {
  /** GET, following up to five redirects, never from https to http. Any status is a result. */
  get(url: string, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Answer>
  close(): Promise<void>
}

const REDIRECTS = 5
const CONNECT_MS = 15_000
/** A server that sends nothing for so long is taken for dead. */
const STALL_MS = 30_000

const AGENT = `hardway/${packageJson.version}`

/** Opens a client; close it after use, or its idle connections hold the process up. */
export function openClient(env: ProgramsContext['env'], stallMs = STALL_MS): Client {
  const variable = (name: string): string => env[name.toLowerCase()] ?? env[name] ?? ''
  // Verification is said out loud: NODE_TLS_REJECT_UNAUTHORIZED=0 must not switch it off.
  const tls = { rejectUnauthorized: true, timeout: CONNECT_MS }
  const dispatcher = new EnvHttpProxyAgent({
    httpProxy: variable('HTTP_PROXY'),
    httpsProxy: variable('HTTPS_PROXY'),
    noProxy: variable('NO_PROXY'),
    connect: tls,
    requestTls: tls,
    proxyTls: tls,
    headersTimeout: stallMs,
    bodyTimeout: stallMs,
  })
  return {
    close: () => dispatcher.destroy(),
    async get(url, headers, signal) {
      let next = new URL(url)
      let sent = { ...credentialsOf(next), ...headers }
      next = new URL(withoutCredentials(next.href))
      for (let hop = 0; hop <= REDIRECTS; hop++) {
        const answer = await request(next, {
          dispatcher,
          signal,
          headers: { 'user-agent': AGENT, ...sent },
        })
        const location = answer.headers['location']
        if (
          ![301, 302, 303, 307, 308].includes(answer.statusCode) ||
          typeof location !== 'string'
        ) {
          const { statusCode: status, headers, body } = answer
          return { status, headers, body, url: next.href }
        }
        discard(answer)
        const target = new URL(location, next)
        if (next.protocol === 'https:' && target.protocol !== 'https:') {
          throw new Error(
            `${next.host} redirects to ${target.protocol}//${target.host}, without TLS`,
          )
        }
        // A token for one host is nobody else's business.
        if (target.host !== next.host) sent = withoutAuthorization(sent)
        next = target
      }
      throw new Error(`${new URL(url).host} redirects more than ${REDIRECTS} times`)
    },
  }
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

function credentialsOf({ username, password }: URL): Readonly<Record<string, string>> {
  if (username === '') return {}
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  return { authorization: `Basic ${Buffer.from(pair).toString('base64')}` }
}

function withoutAuthorization(headers: Readonly<Record<string, string>>) {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => name.toLowerCase() !== 'authorization'),
  )
}

/** One line on why a request failed: undici hides it in a cause, or in several. */
export function explainFetch(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error instanceof AggregateError && error.errors.length > 0)
    return explainFetch(error.errors[0])
  if (error.cause instanceof Error) return explainFetch(error.cause)
  return error.message || error.name
}

/** True for failures where the server was never reached: another try would only cost time. */
export function isUnreachable(error: unknown): boolean {
  const codes = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']
  for (let at = error; at instanceof Error; at = at.cause) {
    if ('code' in at && codes.includes(String(at.code))) return true
    if ('code' in at && at.code === 'UND_ERR_CONNECT_TIMEOUT') return true
    if (at instanceof AggregateError) return at.errors.every(isUnreachable)
  }
  return false
}
