import { readFile } from 'node:fs/promises'
import { LineCounter, parseDocument } from 'yaml'
import { defined } from '../core/defined.ts'
import { type Explanation, InputError, messageOf, StepError, systemCode } from '../core/errors.ts'
import { quoted } from '../core/shell.ts'
import { at, isObject, type Json, type JsonObject, listAt, textAt } from '../core/json.ts'
import { readYaml, YamlFault } from '../objects/kubectl-yaml.ts'
import { mustBeText, mustBeUnderstood } from './kubeconfig-checks.ts'
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

/** A kubeconfig that was read and found usable. */
export type Kubeconfig = {
  readonly target: Target
  /** The chosen cluster and user, as the file has them. */
  readonly cluster: JsonObject
  readonly user: JsonObject
}

/**
 * Reads a kubeconfig and chooses a context: the one named, else its `current-context`.
 * Throws InputError where the file cannot be used, without ever quoting its content (keys).
 * Only the file named is read: $KUBECONFIG is ambient and ignored.
 * Where it is written with the cluster itself, `absent` is thrown in a StepError while there is none.
 */
export async function readKubeconfig(
  path: string,
  context?: string,
  absent?: Explanation,
): Promise<Kubeconfig> {
  const text = await readText(path, absent)
  const config = parse(path, text)
  mustBeText(path, 'the kubeconfig', config, ['current-context'])
  const name = context ?? textAt(config, 'current-context') ?? ''
  const chosen = named(config, 'contexts', name)
  if (chosen === undefined) throw noContext(path, name, namesIn(config, 'contexts'))
  mustBeText(path, `the context ${name}`, at(chosen, 'context'), ['cluster', 'user', 'namespace'])
  const part = (what: 'cluster' | 'user') => {
    const wanted = textAt(chosen, 'context', what) ?? ''
    const entry = named(config, `${what}s`, wanted)
    const content = at(entry, what)
    if (isObject(content)) return { name: wanted, content }
    // A user may have no credentials at all; a cluster has a server.
    if (what === 'user' && entry !== undefined) return { name: wanted, content: {} }
    const names = wanted === '' ? `no ${what}` : `the ${what} "${wanted}", which is not there`
    throw new InputError({
      problem: `the context ${name} in ${path} names ${names}`,
      seen: [`${what}s there: ${namesIn(config, `${what}s`)}`],
      remedy: `kubectl config set-context ${quoted(name)} --kubeconfig ${quoted(path)} --${what} NAME`,
    })
  }
  const [cluster, user] = [part('cluster'), part('user')]
  mustBeUnderstood({ path, cluster, user })
  const proxy = textAt(cluster.content, 'proxy-url') ?? ''
  const target = {
    kubeconfig: path,
    context: name,
    server: (textAt(cluster.content, 'server') ?? '').replace(/\/+$/, ''),
    user: user.name,
    ...defined({
      execPlugin: textAt(user.content, 'exec', 'command'),
      proxy: proxy === '' ? undefined : withoutUserinfo(proxy),
    }),
  }
  return { target, cluster: cluster.content, user: user.content }
}

async function readText(path: string, absent?: Explanation): Promise<string> {
  try {
    const bytes = await readFile(path)
    if (bytes.length <= SIZE_LIMIT) return bytes.toString('utf8')
  } catch (error) {
    if (absent !== undefined && systemCode(error) === 'ENOENT') {
      throw new StepError(absent, { cause: error, obstacle: true, noAccess: true })
    }
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

/** The library's codes of the usual mistakes; its messages may quote the file. */
const WRONG: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: 'a tab in place of blanks',
  BAD_INDENT: 'a line that begins too far left or right',
  DUPLICATE_KEY: 'a key that stands there already',
  MISSING_CHAR: 'a character is missing, such as a closing quote,',
}

function parse(path: string, text: string): JsonObject {
  const lines = new LineCounter()
  // prettyErrors would quote lines of the file, and with them keys. In JSON tabs are blanks.
  const blanks = /^\s*\{/.test(text) ? text.replaceAll('\t', ' ') : text
  const document = parseDocument(blanks, { lineCounter: lines, prettyErrors: false })
  const error = document.errors[0]
  if (error !== undefined) {
    const { line, col } = lines.linePos(error.pos[0])
    throw new InputError({
      ...(error.code === 'MULTIPLE_DOCS'
        ? {
            problem: `the kubeconfig ${path} has a second YAML document (---) from line ${line} on`,
            cause: 'which of them is meant cannot be told',
            remedy: 'keep each of them in a kubeconfig of its own',
          }
        : {
            problem: `the kubeconfig ${path} is not YAML: ${WRONG[error.code] ?? 'it cannot be read on'} at line ${line}, column ${col}`,
            remedy: `fix line ${line} of ${path}`,
          }),
    })
  }
  const config = asKubectl(path, blanks)
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

/** A kubeconfig repeats itself seldom. */
const ALIASES = 1_000

/** The value, by the rules of YAML that kubectl has: `yes` is true, and `<<` merges. */
function asKubectl(path: string, text: string): Json | undefined {
  const lineCounter = new LineCounter()
  const options = { lineCounter, aliases: ALIASES, onScalar: () => undefined }
  try {
    return readYaml(text, options)[0]?.read()
  } catch (error) {
    if (!(error instanceof YamlFault)) throw error
    // Its message may quote a value.
    const { line } = lineCounter.linePos(error.offsets[0] ?? 0)
    throw new InputError(
      {
        problem: `the kubeconfig ${path} has something at line ${line} that is not read as text, number, list or map`,
        remedy: `put what is meant as text in quotes, at line ${line} of ${path}`,
      },
      { cause: error },
    )
  }
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
    remedy: `name one of these, by --context for prove and watch, else as context in inventory.yaml: ${known}`,
  })
}

function withoutUserinfo(address: string): string {
  if (!URL.canParse(address)) return 'set'
  const url = new URL(address)
  return `${url.protocol}//${url.host}`
}
