import { readFile } from 'node:fs/promises'
import { LineCounter, parseDocument } from 'yaml'
import { InputError, messageOf } from '../core/errors.ts'
import { at, isObject, type Json, type JsonObject, listAt, textAt } from '../core/json.ts'
import { mustNameOnce } from './kubeconfig-names.ts'

/** A kubeconfig file is some kilobytes; ten thousand times that is something else. */
const SIZE_LIMIT = 4 * 1024 * 1024

/** Which cluster is meant, in the words of the kubeconfig. Shown before the first write. */
export type Target = {
  readonly kubeconfig: string
  readonly context: string
  readonly server: string
  readonly user: string
  /** The program that the kubeconfig has run to get credentials. */
  readonly execPlugin?: string
  /** `proxy-url` of the kubeconfig; the environment's proxies are never used. */
  readonly proxy?: string
}

/** A kubeconfig that was read and found usable. `text` is what was validated, so that nothing else is used. */
export type Kubeconfig = {
  readonly target: Target
  /** The chosen cluster and user, as the file has them. */
  readonly cluster: JsonObject
  readonly user: JsonObject
  readonly text: string
}

/**
 * Reads a kubeconfig and chooses a context: the one named, else its `current-context`.
 * Throws InputError where the file cannot be used, without ever quoting its content (keys).
 * Only the file named is read: $KUBECONFIG is ambient and ignored.
 */
export async function readKubeconfig(path: string, context?: string): Promise<Kubeconfig> {
  const text = await readText(path)
  const config = parse(path, text)
  const name = context ?? textAt(config, 'current-context') ?? ''
  const chosen = named(config, 'contexts', name)
  if (chosen === undefined) throw noContext(path, name, names(config, 'contexts'))
  const clusterName = textAt(chosen, 'context', 'cluster') ?? ''
  const userName = textAt(chosen, 'context', 'user') ?? ''
  const cluster = at(named(config, 'clusters', clusterName), 'cluster')
  if (!isObject(cluster))
    throw missing(path, name, {
      what: 'cluster',
      name: clusterName,
      known: names(config, 'clusters'),
    })
  const user = named(config, 'users', userName)
  if (user === undefined)
    throw missing(path, name, { what: 'user', name: userName, known: names(config, 'users') })
  const server = checkedServer(path, clusterName, cluster)
  const credentials = at(user, 'user')
  const plugin = textAt(credentials, 'exec', 'command')
  const proxy = textAt(cluster, 'proxy-url')
  return {
    text,
    cluster,
    user: isObject(credentials) ? credentials : {},
    target: {
      kubeconfig: path,
      context: name,
      server,
      user: userName,
      ...(plugin === undefined ? {} : { execPlugin: plugin }),
      ...(proxy === undefined ? {} : { proxy: withoutUserinfo(proxy) }),
    },
  }
}

async function readText(path: string): Promise<string> {
  try {
    const bytes = await readFile(path)
    if (bytes.length <= SIZE_LIMIT) return bytes.toString('utf8')
  } catch (error) {
    throw new InputError(
      {
        problem: `the kubeconfig ${path} cannot be read`,
        seen: [messageOf(error)],
        remedy: `name an existing, readable file as kubeconfig in inventory.yaml; $KUBECONFIG is not looked at`,
      },
      { cause: error },
    )
  }
  throw new InputError({
    problem: `the kubeconfig ${path} is larger than ${SIZE_LIMIT} bytes`,
    remedy: 'name the kubeconfig file itself in inventory.yaml',
  })
}

function parse(path: string, text: string): JsonObject {
  const lines = new LineCounter()
  // prettyErrors would quote lines of the file, and with them keys.
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const error = document.errors[0]
  if (error !== undefined) {
    const { line, col } = lines.linePos(error.pos[0])
    throw new InputError({
      problem: `the kubeconfig ${path} is not YAML: ${error.code} at line ${line}, column ${col}`,
      remedy: `fix line ${line} of ${path}`,
    })
  }
  const config = document.toJS({ maxAliasCount: 20 }) as unknown
  if (isObject(config) && Array.isArray(config['contexts'])) {
    mustNameOnce({ path, config, document, lines })
    return config
  }
  throw new InputError({
    problem: `${path} is not a kubeconfig: it has no list named contexts`,
    remedy:
      'name a file made by `kubectl config` or by the cluster’s provider as kubeconfig in inventory.yaml',
  })
}

function named(config: JsonObject, list: string, name: string): Json | undefined {
  return listAt(config, list).find((item) => textAt(item, 'name') === name)
}

function names(config: JsonObject, list: string): readonly string[] {
  return listAt(config, list).flatMap((item) => textAt(item, 'name') ?? [])
}

function noContext(path: string, name: string, known: readonly string[]): InputError {
  const list = known.length === 0 ? 'none' : known.join(', ')
  return new InputError({
    problem:
      name === ''
        ? `the kubeconfig ${path} names no current-context`
        : `the context ${name} is not in the kubeconfig ${path}`,
    seen: [`contexts there: ${list}`],
    remedy: `set context in inventory.yaml to one of: ${list}`,
  })
}

type Missing = {
  readonly what: 'cluster' | 'user'
  readonly name: string
  readonly known: readonly string[]
}

function missing(path: string, context: string, { what, name, known }: Missing): InputError {
  return new InputError({
    problem: `the context ${context} in ${path} names the ${what} "${name}", which is not there`,
    seen: [`${what}s there: ${known.length === 0 ? 'none' : known.join(', ')}`],
    remedy: `kubectl config set-context ${context} --kubeconfig ${path} --${what} NAME`,
  })
}

function checkedServer(path: string, name: string, cluster: JsonObject): string {
  if (cluster['insecure-skip-tls-verify'] === true) {
    throw new InputError({
      problem: `the cluster ${name} in ${path} has insecure-skip-tls-verify: true; TLS is always verified here`,
      cause:
        'without verification anyone on the way can read the credentials and answer in place of the cluster',
      remedy: `kubectl config set-cluster ${name} --kubeconfig ${path} --insecure-skip-tls-verify=false --certificate-authority CA.crt --embed-certs`,
    })
  }
  const server = textAt(cluster, 'server') ?? ''
  if (URL.canParse(server) && new URL(server).protocol === 'https:')
    return server.replace(/\/+$/, '')
  throw new InputError({
    problem: `the cluster ${name} in ${path} has the server "${server}", which is not an https:// address`,
    remedy: `kubectl config set-cluster ${name} --kubeconfig ${path} --server https://HOST:6443`,
  })
}

function withoutUserinfo(address: string): string {
  if (!URL.canParse(address)) return 'set'
  const url = new URL(address)
  return `${url.protocol}//${url.host}`
}
