import { dirname } from 'node:path'
import type { DispatcherOptions, KubeConfig } from '@kubernetes/client-node'
import type { buildConnector } from 'undici'
import type { Agent as HttpsAgentOptions } from 'node:https'
import { StepError, messageOf } from '../errors.ts'
import type { Kubeconfig } from './kubeconfig.ts'
import { attach } from './socket.ts'
import type { PodSocket, RawSocket, SocketRequest } from './socket.ts'
import type { Access, Reply } from './wire.ts'

/** Ways to one API server: plain requests and websockets. */
export interface Connection {
  readonly server: string
  access(): Promise<Access>
  /** Opens a websocket to `path`, whose query is already in it. */
  socket(request: SocketRequest): Promise<PodSocket | Reply>
  close(): Promise<void>
}

type Agent = Access['dispatcher']
type Tls = buildConnector.BuildOptions
type AgentOptions = ConstructorParameters<typeof HttpsAgentOptions>[0]

/** A dead host is given up after this; another controller may answer. */
const CONNECT_MS = 5000
/** Requests that run at the same time share at most this many connections (a watch holds one). */
const CONNECTIONS = 8

/**
 * The one door to @kubernetes/client-node, which reads credentials (exec plugins, token files, certificates)
 * and opens websockets. It takes 0.6 s to import, hence only now. Requests go through undici with one kept
 * dispatcher: client-node alone opens a TLS connection for each (ssa-facts, Speed).
 */
export async function connect(
  config: Kubeconfig,
  server: string,
  userAgent: string,
): Promise<Connection> {
  const [{ KubeConfig, Exec }, undici] = await Promise.all([
    import('@kubernetes/client-node'),
    import('undici'),
  ])
  const kc = load(new KubeConfig(), config, server)
  const own = kc as unknown as { createDispatcher(cluster: unknown, options: AgentOptions): Agent }
  const socksAgent = own.createDispatcher.bind(kc)
  let kept: { readonly key: string; readonly agent: Agent } | undefined

  const agentOf = (plan: DispatcherOptions): Agent | undefined => {
    const shared = { connections: CONNECTIONS, allowH2: false }
    if (plan.type === 'agent') {
      return new undici.Agent({
        ...shared,
        connect: { ...(plan.connect as Tls), timeout: CONNECT_MS },
      })
    }
    if (plan.type !== 'proxy') return undefined
    return new undici.ProxyAgent({ ...shared, uri: plan.uri, requestTls: plan.requestTls as Tls })
  }

  /** One dispatcher for as long as the certificates stay the same; a plugin may rotate them. */
  const agentFor = (options: AgentOptions): Agent => {
    const verified = { ...options, rejectUnauthorized: true }
    const key = JSON.stringify(
      [verified.ca, verified.cert, verified.key, verified.servername].map(String),
    )
    if (kept?.key === key) return kept.agent
    const plan = kc.createDispatcherOptions(kc.getCurrentCluster(), verified)
    kept = { key, agent: agentOf(plan) ?? socksAgent(kc.getCurrentCluster(), verified) }
    return kept.agent
  }

  // client-node makes a dispatcher for each request; this hands out the kept one.
  Object.assign(kc, { createDispatcher: (_: unknown, options: AgentOptions) => agentFor(options) })

  const access = async (): Promise<Access> => {
    const headers: Record<string, string> = { 'user-agent': userAgent }
    let dispatcher: Agent | undefined
    const sink = {
      setHeaderParam: (key: string, value: string) => void (headers[key.toLowerCase()] = value),
      setDispatcher: (given: Agent) => void (dispatcher = given),
    }
    await kc.applySecurityAuthentication(sink as never).catch((error: unknown) => {
      throw noCredentials(config, error)
    })
    if (dispatcher === undefined) throw new Error('client-node gave no dispatcher')
    return { server, headers, dispatcher }
  }

  return {
    server,
    access,
    socket: (request) =>
      attach(server, request, async (bind) => {
        const bound = Object.create(kc, {
          applyToHTTPSOptions: {
            value: async (options: Record<string, unknown>) => {
              await kc.applyToHTTPSOptions(options).catch((error: unknown) => {
                throw noCredentials(config, error)
              })
              const headers = {
                ...(options['headers'] as object | undefined),
                'User-Agent': userAgent,
              }
              Object.assign(options, bind, {
                headers,
                rejectUnauthorized: true,
                perMessageDeflate: false,
              })
            },
          },
        }) as KubeConfig
        // Only its dialling is used: its default streams are this process's own.
        const socket: unknown = await new Exec(bound).handler.connect(request.path, null, null)
        return socket as RawSocket
      }),
    close: async () => {
      await kept?.agent.close()
    },
  }
}

function load(kc: KubeConfig, config: Kubeconfig, server: string): KubeConfig {
  kc.loadFromString(config.text)
  kc.makePathsAbsolute(dirname(config.target.kubeconfig))
  kc.setCurrentContext(config.target.context)
  const name = kc.getContextObject(config.target.context)?.cluster
  kc.clusters = kc.clusters.map((cluster) =>
    cluster.name === name ? { ...cluster, server } : cluster,
  )
  return kc
}

function noCredentials({ target }: Kubeconfig, error: unknown): StepError {
  const plugin = target.execPlugin
  return new StepError(
    {
      problem:
        plugin === undefined
          ? `the credentials of user ${target.user} in ${target.kubeconfig} cannot be read`
          : `${plugin}, which the kubeconfig has run for credentials of user ${target.user}, failed`,
      seen: [messageOf(error)],
      remedy: `kubectl --kubeconfig ${target.kubeconfig} --context ${target.context} auth whoami`,
    },
    { cause: error },
  )
}
