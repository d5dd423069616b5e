import type { Agent, Dispatcher } from 'undici'
import { defined } from '../core/defined.ts'
import { textAt } from '../core/json.ts'
import { authorityOf, mustBeUsable, ownPair, ownToken, type Pair } from './credential-files.ts'
import { type Credential, type PluginOptions, pluginOf } from './exec-plugin.ts'
import type { Kubeconfig } from './kubeconfig.ts'
import type { Access } from './wire.ts'

export interface Connection {
  access(): Promise<Access>
  close(): Promise<void>
}

/** A host that answers no handshake is given up after this; with others to ask, sooner. */
const CONNECT_MS = { only: 4_000, oneOfSeveral: 1_500 } as const
/** Requests that run at the same time share at most this many connections (a watch holds one). */
const CONNECTIONS = 8
const MESSAGE_BYTES = 16 * 1024 * 1024

/** Settings of every dispatcher. HTTP/1.1: what a cut connection means for a request is then plain. */
const SHARED = {
  connections: CONNECTIONS,
  allowH2: false,
  webSocket: { maxPayloadSize: MESSAGE_BYTES },
} as const

type Tls = Exclude<NonNullable<Agent.Options['connect']>, (...args: never[]) => unknown>

/** Who asks, and who else could be asked. */
type Asking = { readonly userAgent: string; readonly servers?: readonly string[] }

/**
 * Connects with what the kubeconfig holds, or its plugin gives, through its proxy where it names one. The
 * certificate of the API server is always verified, whatever NODE_TLS_REJECT_UNAUTHORIZED says.
 * InputError where certificate or key cannot be used, StepError where the plugin gives none.
 */
export async function connect(
  config: Kubeconfig,
  server: string,
  { userAgent, servers = [], ...options }: PluginOptions & Asking,
): Promise<Connection> {
  const { Agent, ProxyAgent } = await import('./undici.ts')
  const timeout = CONNECT_MS[servers.length > 1 ? 'oneOfSeveral' : 'only']
  const plugin = pluginOf(config)
  const own = ownPair(config)
  const servername = textAt(config.cluster, 'tls-server-name') ?? ''
  const fixed = defined({
    ca: authorityOf(config),
    servername: servername === '' ? undefined : servername,
  })
  const impersonated = defined({ 'impersonate-user': textAt(config.user, 'as') })
  let kept: { readonly pair: Pair; readonly dispatcher: Dispatcher } | undefined

  /** One for as long as the certificate stays the same; a plugin may renew it. */
  const dispatcherFor = (pair: Pair): Dispatcher => {
    const known = kept?.pair
    if (kept !== undefined && known?.cert === pair.cert && known?.key === pair.key)
      return kept.dispatcher
    const tls = { ...fixed, ...pair, rejectUnauthorized: true, timeout }
    mustBeUsable(config, { ...fixed, ...pair })
    void kept?.dispatcher.close()
    const proxy = textAt(config.cluster, 'proxy-url') ?? ''
    const dispatcher = proxy === '' ? direct(tls) : through(proxy, tls)
    kept = { pair, dispatcher }
    return dispatcher
  }
  const direct = (tls: Tls) => new Agent({ ...SHARED, connect: tls })
  const through = (uri: string, requestTls: Tls) => {
    const proxyTls = { rejectUnauthorized: true, timeout }
    return new ProxyAgent({ ...SHARED, uri, requestTls, proxyTls })
  }
  const accessWith = (token: string | undefined, pair: Pair): Access => {
    const authorization = token === undefined ? undefined : `Bearer ${token}`
    const headers = { 'user-agent': userAgent, ...impersonated, ...defined({ authorization }) }
    return { server, dispatcher: dispatcherFor(pair), headers }
  }
  const byPlugin = ({ token, cert, key }: Credential): Access =>
    accessWith(token, cert === undefined ? own : defined({ cert, key }))
  return {
    access: async () => {
      if (plugin === undefined) return accessWith(ownToken(config), own)
      const credential = await plugin.credential(options)
      return { ...byPlugin(credential), refused: () => plugin.drop(credential) }
    },
    close: async () => {
      await kept?.dispatcher.close()
    },
  }
}
