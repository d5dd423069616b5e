import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { createSecureContext } from 'node:tls'
import { defined } from '../core/defined.ts'
import { InputError, messageOf } from '../core/errors.ts'
import { type JsonObject, textAt } from '../core/json.ts'
import { type Connection, connectOptions, type Tls } from './connection.ts'
import { kubectlFor } from './failures.ts'
import type { Kubeconfig } from './kubeconfig.ts'

/** Keys of a kubeconfig's user that are read here; with any other one client-node is asked. */
const PLAIN_USER = new Set([
  'client-certificate',
  'client-certificate-data',
  'client-key',
  'client-key-data',
  'token',
  'tokenFile',
  'username',
  'password',
  'as',
])

/** True where certificates, a token or a password are all there is: no plugin, no login service, no proxy. */
export function isPlain({ cluster, user }: Kubeconfig): boolean {
  return cluster['proxy-url'] === undefined && Object.keys(user).every((key) => PLAIN_USER.has(key))
}

/**
 * Connects with what the kubeconfig itself holds. This is what a lab and most hand-made clusters have, and saves
 * them client-node: importing it takes longer than the whole rest of a run with nothing to change.
 * InputError where certificate or key cannot be used.
 */
export async function connectPlainly(
  config: Kubeconfig,
  server: string,
  userAgent: string,
): Promise<Connection> {
  const { Agent } = await import('undici')
  const tls = tlsOf(config)
  const agent = new Agent(connectOptions(tls))
  return {
    access: () => {
      // The token is read each time: whoever made the file may renew it.
      const headers = { 'user-agent': userAgent, ...authorization(config) }
      return Promise.resolve({ server, dispatcher: agent, headers })
    },
    close: () => agent.close(),
  }
}

function tlsOf(config: Kubeconfig): Tls {
  const { cluster, user } = config
  const tls = defined({
    ca: fileOrData(config, cluster, 'certificate-authority'),
    cert: fileOrData(config, user, 'client-certificate'),
    key: fileOrData(config, user, 'client-key'),
  })
  try {
    createSecureContext(tls)
  } catch (error) {
    throw unusable(config, 'certificates and key do not match, or are damaged', error)
  }
  return { ...tls, ...defined({ servername: textAt(cluster, 'tls-server-name') }) }
}

/** `KEY` names a file, beside the kubeconfig where it is relative; `KEY-data` holds it in base64. */
function fileOrData(config: Kubeconfig, map: JsonObject, key: string): Buffer | undefined {
  const path = textAt(map, key)
  if (path !== undefined && path !== '') return readBeside(config, path)
  const data = textAt(map, `${key}-data`)
  return data === undefined || data === '' ? undefined : Buffer.from(data, 'base64')
}

function readBeside(config: Kubeconfig, path: string): Buffer {
  const file = resolve(dirname(config.target.kubeconfig), path)
  try {
    return readFileSync(file)
  } catch (error) {
    throw unusable(config, `${file} cannot be read`, error)
  }
}

function authorization(config: Kubeconfig): Record<string, string> {
  const { user } = config
  const file = textAt(user, 'tokenFile')
  const token =
    file === undefined ? textAt(user, 'token') : readBeside(config, file).toString('utf8').trim()
  const name = textAt(user, 'username')
  const basic = Buffer.from(`${name ?? ''}:${textAt(user, 'password') ?? ''}`).toString('base64')
  return {
    ...(name === undefined ? {} : { authorization: `Basic ${basic}` }),
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...defined({ 'impersonate-user': textAt(user, 'as') }),
  }
}

function unusable({ target }: Kubeconfig, problem: string, error: unknown): InputError {
  return new InputError(
    {
      problem: `the credentials of user ${target.user} in ${target.kubeconfig} cannot be used: ${problem}`,
      seen: [messageOf(error)],
      remedy: `${kubectlFor(target)} auth whoami`,
    },
    { cause: error },
  )
}
