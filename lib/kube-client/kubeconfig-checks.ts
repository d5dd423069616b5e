import { type Explanation, InputError } from '../core/errors.ts'
import { quoted } from '../core/shell.ts'
import { at, type Json, type JsonObject, textAt } from '../core/json.ts'

/** The chosen cluster and user of a kubeconfig, by name and content. */
export type Chosen = {
  readonly path: string
  readonly cluster: Named
  readonly user: Named
}

type Named = { readonly name: string; readonly content: JsonObject }

const EXEC_VERSION = /^client\.authentication\.k8s\.io\/v1(alpha1|beta1)?$/
const MODES = ['Never', 'IfAvailable', 'Always']

/** What cannot be used as it is written, before anything is sent. @throws InputError, never with a secret in it */
export function mustBeUnderstood(chosen: Chosen): void {
  texts(chosen)
  const refused = inCluster(chosen) ?? inUser(chosen) ?? inPlugin(chosen)
  if (refused !== undefined) throw new InputError(refused)
}

/** Fields of these names are text, and YAML makes something else of `12345`, `1e9` or `no`. @throws InputError */
export function mustBeText(
  path: string,
  of: string,
  map: Json | undefined,
  keys: readonly string[],
): void {
  const key = keys.find((one) => {
    const value = at(map, one)
    return value != null && typeof value !== 'string'
  })
  if (key === undefined) return
  throw new InputError({
    problem: `${of} in ${path} has a ${key} that is no text, as YAML reads it; kubectl refuses such a file, too`,
    remedy: `put its ${key} in quotes`,
  })
}

const TEXTS = {
  cluster: [
    ...['server', 'certificate-authority', 'certificate-authority-data'],
    ...['tls-server-name', 'proxy-url'],
  ],
  user: [
    ...['token', 'tokenFile', 'client-certificate', 'client-certificate-data'],
    ...['client-key', 'client-key-data', 'as', 'username', 'password'],
  ],
  exec: ['command', 'apiVersion', 'interactiveMode', 'installHint'],
} as const

function texts({ path, cluster, user }: Chosen): void {
  mustBeText(path, `the cluster ${cluster.name}`, cluster.content, TEXTS.cluster)
  mustBeText(path, `the user ${user.name}`, user.content, TEXTS.user)
  const exec = at(user.content, 'exec')
  mustBeText(path, `the credential plugin of user ${user.name}`, exec, TEXTS.exec)
}

type Refusal = Explanation | undefined

function inCluster({ path, cluster: { name, content } }: Chosen): Refusal {
  const says = (what: string): string => `the cluster ${name} in ${path} has ${what}`
  const set = `kubectl config set-cluster ${quoted(name)} --kubeconfig ${quoted(path)}`
  if (content['insecure-skip-tls-verify'] === true) {
    return {
      problem: says('insecure-skip-tls-verify: true; TLS is always verified here'),
      cause:
        'without verification anyone on the way can read the credentials and answer in place of the cluster',
      remedy: `${set} --insecure-skip-tls-verify=false --certificate-authority CA.crt --embed-certs`,
    }
  }
  const server = textAt(content, 'server') ?? ''
  if (!URL.canParse(server) || new URL(server).protocol !== 'https:') {
    const problem = says(`the server "${server}", which is not an https:// address`)
    return { problem, remedy: `${set} --server https://HOST:6443` }
  }
  if (hasBoth(content, 'certificate-authority')) return both(says, 'certificate-authority', path)
  const proxy = textAt(content, 'proxy-url') ?? ''
  if (proxy === '') return undefined
  const scheme = URL.canParse(proxy) ? new URL(proxy).protocol : ''
  if (['http:', 'https:'].includes(scheme)) return undefined
  const is = scheme.startsWith('socks') ? 'a SOCKS proxy' : 'no http:// or https:// address'
  return {
    problem: says(`a proxy-url that is ${is}, which is not supported here`),
    remedy: `${set} --proxy-url http://HOST:PORT, of a proxy that takes CONNECT`,
  }
}

function inUser({ path, user: { name, content } }: Chosen): Refusal {
  const says = (what: string): string => `the user ${name} in ${path} has ${what}`
  const pair = ['client-certificate', 'client-key'].find((key) => hasBoth(content, key))
  if (pair !== undefined) return both(says, pair, path)
  if (content['username'] !== undefined || content['password'] !== undefined) {
    return {
      problem: says('username and password, which no API server takes since Kubernetes 1.19'),
      remedy: `kubectl config set-credentials ${quoted(name)} --kubeconfig ${quoted(path)} --token TOKEN, or with a client certificate`,
    }
  }
  const provider = textAt(content, 'auth-provider', 'name')
  if (content['auth-provider'] != null) {
    return {
      problem: says(`the auth-provider ${provider ?? ''}, which is not supported here`),
      cause: 'credential plugins (exec) have taken the place of built-in providers',
      remedy: PROVIDERS[provider ?? '']?.(path) ?? 'make a new kubeconfig with a tool of today',
    }
  }
  const rest = ['as-groups', 'as-uid', 'as-user-extra'].find((key) => content[key] !== undefined)
  if (rest === undefined) return undefined
  return {
    problem: says(`${rest}; of impersonation only \`as\` is supported here`),
    remedy: `kubectl config unset ${quoted(`users.${name}.${rest}`)} --kubeconfig ${quoted(path)}, or use another user`,
  }
}

/** Of the providers that were once built in. */
const PROVIDERS: Readonly<Record<string, (path: string) => string>> = {
  gcp: () =>
    'gcloud components install gke-gcloud-auth-plugin && gcloud container clusters get-credentials CLUSTER',
  azure: (path) => `kubelogin convert-kubeconfig --kubeconfig ${quoted(path)}`,
  oidc: () =>
    'install kubelogin (int128/kubelogin) and put the user there that `kubelogin setup` prints',
}

function inPlugin({ path, user: { name, content } }: Chosen): Refusal {
  const exec = at(content, 'exec')
  if (exec == null) return undefined
  const says = (what: string): string => `the credential plugin of user ${name} in ${path} ${what}`
  const remedy = `set it in ${path}, under users, ${name}, exec`
  const version = textAt(exec, 'apiVersion') ?? ''
  if ((textAt(exec, 'command') ?? '') === '') return { problem: says('has no command'), remedy }
  if (!EXEC_VERSION.test(version)) {
    const problem = says(`has the apiVersion "${version}", which is none of credential plugins`)
    return { problem, remedy: `${remedy}: client.authentication.k8s.io/v1` }
  }
  const mode = at(exec, 'interactiveMode')
  if (mode == null || MODES.some((one) => one === mode)) return undefined
  const problem = says(`has an interactiveMode that is none of ${MODES.join(', ')}`)
  return { problem, remedy }
}

function hasBoth(map: JsonObject, key: string): boolean {
  return [key, `${key}-data`].every((one) => (textAt(map, one) ?? '') !== '')
}

function both(says: (what: string) => string, key: string, path: string): Explanation {
  return {
    problem: says(`both ${key} and ${key}-data`),
    cause: 'which of them is meant cannot be told; kubectl refuses such a file, too',
    remedy: `take one of them out of ${path}`,
  }
}
