import { dirname } from 'node:path'
import type { DispatcherOptions, KubeConfig } from '@kubernetes/client-node'
import type { AgentOptions } from 'node:https'
import { StepError, messageOf } from '../core/errors.ts'
import { type Connection, connectOptions, SHARED, type Tls } from './connection.ts'
import { kubectlFor, shorten } from './failures.ts'
import type { Kubeconfig } from './kubeconfig.ts'
import type { Access } from './wire.ts'

type Dispatcher = Access['dispatcher']

/**
 * The one door to @kubernetes/client-node, for kubeconfigs whose credentials come from elsewhere: exec plugins,
 * login services, proxies. It takes 0.6 s to import (2 s under tsx), hence only when a request is due. Requests go
 * through one kept dispatcher: client-node alone opens a TLS connection for each.
 */
export async function connectByClient(
  config: Kubeconfig,
  server: string,
  userAgent: string,
): Promise<Connection> {
  const [{ KubeConfig }, undici] = await Promise.all([
    import('@kubernetes/client-node'),
    import('undici'),
  ])
  const kc = load(new KubeConfig(), config, server)
  const own = kc as unknown as {
    createDispatcher(cluster: unknown, options: AgentOptions): Dispatcher
  }
  const socksDispatcher = own.createDispatcher.bind(kc)
  let kept: { readonly key: string; readonly dispatcher: Dispatcher } | undefined

  const dispatcherOf = (plan: DispatcherOptions): Dispatcher | undefined => {
    if (plan.type === 'agent') return new undici.Agent(connectOptions(plan.connect as Tls))
    if (plan.type !== 'proxy') return undefined
    return new undici.ProxyAgent({ ...SHARED, uri: plan.uri, requestTls: plan.requestTls as Tls })
  }

  /** One dispatcher for as long as the certificates stay the same; a plugin may rotate them. */
  const keptDispatcher = (options: AgentOptions): Dispatcher => {
    const verified = { ...options, rejectUnauthorized: true }
    const key = JSON.stringify(
      [verified.ca, verified.cert, verified.key, verified.servername].map(String),
    )
    if (kept?.key === key) return kept.dispatcher
    const plan = kc.createDispatcherOptions(kc.getCurrentCluster(), verified)
    kept = {
      key,
      dispatcher: dispatcherOf(plan) ?? socksDispatcher(kc.getCurrentCluster(), verified),
    }
    return kept.dispatcher
  }
  // client-node makes a dispatcher for each request; this hands out the kept one.
  Object.assign(kc, {
    createDispatcher: (_: unknown, options: AgentOptions) => keptDispatcher(options),
  })

  return {
    access: async () => {
      const headers: Record<string, string> = { 'user-agent': userAgent }
      let dispatcher: Dispatcher | undefined
      const sink = {
        setHeaderParam: (key: string, value: string) => {
          headers[key.toLowerCase()] = value
        },
        setDispatcher: (given: Dispatcher) => {
          dispatcher = given
        },
      }
      await kc.applySecurityAuthentication(sink as never).catch((error: unknown) => {
        throw noCredentials(config, error)
      })
      if (dispatcher === undefined) throw new Error('client-node gave no dispatcher')
      return { server, headers, dispatcher }
    },
    close: async () => {
      await kept?.dispatcher.close()
    },
  }
}

/** What an exec plugin may want to know (client.authentication.k8s.io); client-node does not tell it. */
const EXEC_INFO = {
  name: 'KUBERNETES_EXEC_INFO',
  value: JSON.stringify({
    apiVersion: 'client.authentication.k8s.io/v1',
    kind: 'ExecCredential',
    spec: { interactive: false },
  }),
}

function load(kc: KubeConfig, config: Kubeconfig, server: string): KubeConfig {
  kc.loadFromString(config.text)
  kc.makePathsAbsolute(dirname(config.target.kubeconfig))
  kc.setCurrentContext(config.target.context)
  const name = kc.getContextObject(config.target.context)?.cluster
  kc.clusters = kc.clusters.map((cluster) =>
    cluster.name === name ? { ...cluster, server } : cluster,
  )
  for (const { exec } of kc.users as readonly { exec?: { env?: unknown[] | null } | null }[]) {
    if (exec != null) exec.env = [EXEC_INFO, ...(exec.env ?? [])]
  }
  return kc
}

function noCredentials({ target }: Kubeconfig, error: unknown): StepError {
  const plugin = target.execPlugin
  return new StepError(
    {
      problem:
        plugin === undefined
          ? `credentials of user ${target.user} of ${target.kubeconfig} are not available`
          : `${plugin}, which the kubeconfig has run for credentials of user ${target.user}, failed`,
      seen: [shorten(messageOf(error))],
      remedy: `${kubectlFor(target)} auth whoami`,
    },
    { cause: error },
  )
}
