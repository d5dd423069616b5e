import { readFile } from 'node:fs/promises'
import { LineCounter, parseDocument } from 'yaml'
import { defined } from '../core/defined.ts'
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
  if (chosen === undefined) throw noContext(path, name, namesIn(config, 'contexts'))
  const part = (what: 'cluster' | 'user') => {
    const wanted = textAt(chosen, 'context', what) ?? ''
    const entry = named(config, `${what}s`, wanted)
    const content = at(entry, what)
    if (isObject(content)) return { name: wanted, content }
    // A user may have no credentials at all; a cluster has a server.
    if (what === 'user' && entry !== undefined) return { name: wanted, content: {} }
    const known = namesIn(config, `${what}s`)
    throw new InputError({
      problem: `the context ${name} in ${path} names the ${what} "${wanted}", which is not there`,
      seen: [`${what}s there: ${known}`],
      remedy: `kubectl config set-context ${name} --kubeconfig ${path} --${what} NAME`,
    })
  }
  const [cluster, user] = [part('cluster'), part('user')]
  const proxy = textAt(cluster.content, 'proxy-url')
  const target = {
    kubeconfig: path,
    context: name,
    server: checkedServer(path, cluster.name, cluster.content),
    user: user.name,
    ...defined({
      execPlugin: textAt(user.content, 'exec', 'command'),
      proxy: proxy === undefined ? undefined : withoutUserinfo(proxy),
    }),
  }
  return { text, target, cluster: cluster.content, user: user.content }
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

function namesIn(config: JsonObject, list: string): string {
  const names = listAt(config, list).flatMap((item) => textAt(item, 'name') ?? [])
  return names.length === 0 ? 'none' : names.join(', ')
}

function noContext(path: string, name: string, known: string): InputError {
  return new InputError({
    problem:
      name === ''
        ? `the kubeconfig ${path} names no current-context`
        : `the context ${name} is not in the kubeconfig ${path}`,
    seen: [`contexts there: ${known}`],
    remedy: `set context in inventory.yaml to one of: ${known}`,
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
