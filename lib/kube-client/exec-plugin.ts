import { dirname, isAbsolute, join, resolve } from 'node:path'
import { defined } from '../core/defined.ts'
import { type Explanation, messageOf, StepError, systemCode } from '../core/errors.ts'
import { at, type JsonObject, listAt, parseJson, textAt } from '../core/json.ts'
import { authorityOf } from './credential-files.ts'
import { kubectlFor, shorten } from './failures.ts'
import type { Kubeconfig } from './kubeconfig.ts'
import { type Answered, runPlugin } from './run-plugin.ts'

/** What a plugin has given: a token, a client certificate (PEM), or both. */
export type Credential = {
  readonly token?: string
  readonly cert?: string
  readonly key?: string
  /** Milliseconds since 1970; left out where it stays good. */
  readonly expires?: number
}

export type PluginOptions = {
  /** This process's terminal is free for a question. */
  readonly terminal?: boolean
  /** Told when it takes long. */
  readonly tell?: ((text: string) => void) | undefined
  /** Ends the plugin. */
  readonly signal?: AbortSignal | undefined
}

/** A kubeconfig's credential plugin, asked again only when what it gave has expired or was refused. */
export interface Plugin {
  /** @throws StepError with the plugin's own words */
  credential(options: PluginOptions): Promise<Credential>
  /** The server has refused it. */
  drop(refused: Credential): void
}

const TIMEOUT_MS = 20_000
/** Without a terminal one that always asks can only fail; perhaps it has remembered an answer. */
const ALWAYS_MS = 5_000
const TELL_MS = 2_000
const LINES = 6

/** One for all of this process, as with kubectl: nobody is asked twice for a second factor. */
const plugins = new Map<string, Plugin>()

/** Undefined where the user of the kubeconfig has none. */
export function pluginOf(config: Kubeconfig): Plugin | undefined {
  const exec = at(config.user, 'exec')
  if (exec == null) return undefined
  const key = JSON.stringify([config.target, config.cluster, exec])
  const plugin = plugins.get(key) ?? remembering((options) => ask(config, options))
  plugins.set(key, plugin)
  return plugin
}

/**
 * Lets a plugin ask at this process's terminal, before anything else is drawn there; does nothing where there
 * is no such plugin, no terminal, or nothing may be asked.
 */
export async function askAtTerminal(config: Kubeconfig, signal?: AbortSignal): Promise<void> {
  const mode = textAt(config.user, 'exec', 'interactiveMode')
  if (!process.stdin.isTTY || !process.stderr.isTTY || mode === 'Never') return
  await pluginOf(config)?.credential({ terminal: true, signal })
}

function remembering(fetch: (options: PluginOptions) => Promise<Credential>): Plugin {
  let known: Promise<Credential> | undefined
  let given: Credential | undefined
  const fresh = (options: PluginOptions): Promise<Credential> => {
    const asked = fetch(options)
    known = asked
    asked.then(
      (credential) => (given = credential),
      () => {
        if (known === asked) known = undefined
      },
    )
    return asked
  }
  return {
    async credential(options) {
      const asked = known ?? fresh(options)
      const credential = await asked
      if ((credential.expires ?? Infinity) > Date.now()) return credential
      // Of several that find it expired the first asks; what it gets is taken as it is.
      return known === undefined || known === asked ? fresh(options) : known
    },
    drop(refused) {
      if (given === refused) known = undefined
    },
  }
}

/** How it is started; a path goes from the kubeconfig's folder, a bare name is looked for on the PATH, as with kubectl. */
export function commandOf({ target, user }: Pick<Kubeconfig, 'target' | 'user'>): string {
  const command = textAt(user, 'exec', 'command') ?? ''
  if (!command.includes('/') || isAbsolute(command)) return command
  return join(resolve(dirname(target.kubeconfig)), command)
}

async function ask(config: Kubeconfig, options: PluginOptions): Promise<Credential> {
  const { target, user } = config
  const exec = at(user, 'exec')
  const file = commandOf(config)
  const always = textAt(exec, 'interactiveMode') === 'Always'
  const terminal = options.terminal === true
  const timeoutMs = always ? ALWAYS_MS : TIMEOUT_MS
  const slow = setTimeout(() => {
    options.tell?.(
      `${file} has been asked for credentials of user ${target.user}, and has ${timeoutMs / 1000} s for that`,
    )
  }, TELL_MS)
  let ran: Answered
  try {
    const args = listAt(exec, 'args').map(String)
    const env = { ...process.env, ...envOf(exec), KUBERNETES_EXEC_INFO: infoOf(config, terminal) }
    ran = await runPlugin({ file, args, env, terminal, timeoutMs, signal: options.signal })
  } catch (error) {
    throw failed(config, notStarted(config, error), error)
  } finally {
    clearTimeout(slow)
  }
  options.signal?.throwIfAborted()
  if (ran.code === 0) return credentialIn(config, ran.stdout)
  const how =
    ran.code === null ? `did not end within ${timeoutMs / 1000} s` : `failed with code ${ran.code}`
  const asks = `asks for something (interactiveMode: Always), and there is no terminal to ask at`
  throw failed(config, {
    says: always && !terminal ? asks : how,
    seen: ran.stderr.trim().split('\n').slice(-LINES).map(shorten),
    ...(always && !terminal
      ? { remedy: 'run this again at a terminal, or log in there first' }
      : {}),
  })
}

/** What client-go tells a plugin: client.authentication.k8s.io, ExecCredentialSpec. */
function infoOf(config: Kubeconfig, interactive: boolean): string {
  const { cluster, user } = config
  const exec = at(user, 'exec')
  const told = () =>
    defined({
      server: textAt(cluster, 'server'),
      'tls-server-name': textAt(cluster, 'tls-server-name'),
      'certificate-authority-data': authorityOf(config)?.toString('base64'),
      'proxy-url': textAt(cluster, 'proxy-url'),
      'disable-compression': at(cluster, 'disable-compression'),
      config: extensionOf(cluster),
    })
  const spec = {
    interactive,
    ...(at(exec, 'provideClusterInfo') === true ? { cluster: told() } : {}),
  }
  return JSON.stringify({ apiVersion: textAt(exec, 'apiVersion'), kind: 'ExecCredential', spec })
}

/** The cluster's extension of this name is meant for plugins. */
function extensionOf(cluster: JsonObject) {
  const named = listAt(cluster, 'extensions').find(
    (one) => textAt(one, 'name') === 'client.authentication.k8s.io/exec',
  )
  return at(named, 'extension')
}

function envOf(exec: ReturnType<typeof at>): Record<string, string> {
  return Object.fromEntries(
    listAt(exec, 'env').map((one) => [textAt(one, 'name') ?? '', textAt(one, 'value') ?? '']),
  )
}

/** Its output is never quoted: it holds the credentials. Its version may be another one than was asked with. */
function credentialIn(config: Kubeconfig, stdout: string): Credential {
  const answer = parseJson(stdout)
  const status = at(answer, 'status')
  const expires = Date.parse(textAt(status, 'expirationTimestamp') ?? '')
  const credential = defined({
    token: textAt(status, 'token'),
    cert: textAt(status, 'clientCertificateData'),
    key: textAt(status, 'clientKeyData'),
    expires: Number.isNaN(expires) ? undefined : expires,
  })
  const wrong =
    textAt(answer, 'kind') !== 'ExecCredential'
      ? 'its output is no ExecCredential'
      : credential.token === undefined && credential.cert === undefined
        ? 'its output has neither a token nor a certificate'
        : (credential.cert === undefined) !== (credential.key === undefined)
          ? 'its output has a certificate or a key without the other'
          : undefined
  if (wrong === undefined) return credential
  throw failed(config, { says: 'gave no credentials', seen: [wrong] })
}

function notStarted({ user }: Kubeconfig, error: unknown): Failed {
  const seen = [messageOf(error)]
  if (systemCode(error) !== 'ENOENT') return { says: 'cannot be started', seen }
  const hint = textAt(user, 'exec', 'installHint')
    ?.trim()
    .replaceAll(/\s*\n\s*/g, ' ')
  return { says: 'is not there', seen, remedy: hint ?? 'install it, or put its folder on the PATH' }
}

type Failed = {
  readonly says: string
  readonly seen: readonly string[]
  readonly remedy?: string
}

function failed(config: Kubeconfig, { says, seen, remedy }: Failed, cause?: unknown): StepError {
  const { target } = config
  const explanation: Explanation = {
    problem: `${commandOf(config)}, which the kubeconfig has run for credentials of user ${target.user}, ${says}`,
    seen: seen.filter((line) => line !== ''),
    remedy: remedy ?? `${kubectlFor(target)} auth whoami   # runs the same program`,
  }
  return new StepError(explanation, { cause, noAccess: true })
}
