import { ETCD_FULL } from '../core/etcd-space.ts'
import { StepError } from '../core/errors.ts'
import { defined } from '../core/defined.ts'
import { listAt, textAt } from '../core/json.ts'
import { quoted } from '../core/shell.ts'
import { keptOutBy } from './admission.ts'
import { grantFor, lackingRight, rightWords, userNamed } from './lacking-right.ts'
import type { Target } from './kubeconfig.ts'
import { NO_WRITES, sayStatus } from './statuses.ts'
import type { Reply, TransportFailure } from './wire.ts'

/** Foreign text is quoted up to here. */
const QUOTE_LIMIT = 500

/** kubectl, for the cluster that is meant. */
export function kubectlFor({ kubeconfig, context }: Target): string {
  return `kubectl --kubeconfig ${quoted(kubeconfig)} --context ${quoted(context)}`
}

/**
 * Why nothing usable came back. `operation` is what was wanted: `read deployment.apps/coredns`.
 * All that a server answers or fails to answer is a StepError (exit 1), rejected credentials included:
 * only what is wrong in a file of the user is an InputError.
 */
export function explainTransport(
  failure: TransportFailure,
  target: Target,
  operation: string,
): StepError {
  const { server, code } = failure
  const { proxy, kubeconfig } = target
  const known = TRANSPORT.find(
    (one) => one.codes.test(code) && (proxy !== undefined || !one.proxied),
  )
  const byProxy = known?.onTheWay === true ? proxy : undefined
  const reason = `${whoFails(failure, target, byProxy)} ${known?.says ?? 'cannot be reached'}`
  const usual = known?.remedy?.(new URL(server).host, target)
  const advice =
    byProxy === undefined
      ? { cause: known?.cause, remedy: usual ?? `${kubectlFor(target)} get --raw /readyz` }
      : {
          cause: `the proxy-url in ${kubeconfig} names it`,
          remedy: `curl -sSv ${byProxy}; or change proxy-url in ${kubeconfig}`,
        }
  const problem = `${reason}; wanted to ${operation}`
  const explanation = defined({
    problem,
    seen: [`${code}: ${shorten(failure.message)}`],
    ...advice,
  })
  // What only this request has met says nothing of the others.
  const noAccess = !/^(KUBELET|HANDSHAKE|TOO_LARGE)$/.test(code)
  return new StepError(explanation, { cause: failure, reason, noAccess })
}

/** All that fails before the API server itself is met, where a proxy stands in between, is the proxy's. */
function whoFails(
  { server, code }: TransportFailure,
  { proxy }: Target,
  byProxy: string | undefined,
): string {
  if (code === 'KUBELET') return 'the kubelet of that node'
  if (byProxy !== undefined) return `the proxy ${byProxy}`
  const way = proxy === undefined ? '' : `, asked through the proxy ${proxy},`
  return `the API server ${server}${way}`
}

interface TransportCase {
  readonly codes: RegExp
  readonly says: string
  readonly cause?: string
  readonly remedy?: (host: string, target: Target) => string
  /** Met before anything was said to the API server. */
  readonly onTheWay?: true
  /** Only a proxy fails so. */
  readonly proxied?: true
}

/** Without port, and without the brackets of IPv6. */
function nameIn(host: string): string {
  return host.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1')
}

const showCertificate = (host: string): string =>
  `openssl s_client -connect ${host} -showcerts </dev/null | openssl x509 -noout -subject -issuer -dates -ext subjectAltName`

/** Codes of Node, OpenSSL and undici, and what each means here. */
const TRANSPORT: readonly TransportCase[] = [
  {
    codes: /^ECONNREFUSED$/,
    says: 'refuses connections',
    onTheWay: true,
    cause:
      'nothing listens on that port: the API server does not run, or the kubeconfig names another port',
  },
  {
    codes: /^(ECONNRESET|EPIPE|UND_ERR_SOCKET|ECONNABORTED|HANDSHAKE)$/,
    says: 'closes the connection before it has answered',
    cause: 'the API server is going down or starting, or something on the way cuts connections',
  },
  {
    codes: /^(ENOTFOUND|EAI_AGAIN|EAI_NODATA|EAI_NONAME|EAI_FAIL)$/,
    says: 'has a name that does not resolve',
    onTheWay: true,
    remedy: (host, target) =>
      `getent hosts ${nameIn(host)}; else set the server's address in ${target.kubeconfig}`,
  },
  {
    codes: /^(EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|EADDRNOTAVAIL)$/,
    says: 'cannot be reached: there is no route',
    onTheWay: true,
    remedy: (host) => `ip route get ${nameIn(host)}`,
  },
  {
    codes: /^KUBELET$/,
    says: 'does not answer the API server in time',
    remedy: (_, target) => `${kubectlFor(target)} get nodes`,
  },
  {
    // undici's words for a CONNECT that was not granted.
    codes: /^UND_ERR_(ABORTED|PRX_TLS|PRX_CONN|INVALID_ARG)$/,
    says: 'does not open a way to the API server',
    ...{ onTheWay: true, proxied: true },
  },
  { codes: /^UND_ERR_CONNECT_TIMEOUT$/, says: 'does not answer in time', onTheWay: true },
  {
    codes: /^(TIMEOUT|ETIMEDOUT|UND_ERR_(HEADERS|BODY)_TIMEOUT)$/,
    says: 'does not answer in time',
  },
  {
    codes: /^CERT_HAS_EXPIRED$/,
    says: 'shows a certificate that has expired',
    remedy: (host) =>
      `${showCertificate(host)}; then make a new server certificate and restart the API server`,
  },
  {
    codes: /^CERT_NOT_YET_VALID$/,
    says: 'shows a certificate that is not valid yet',
    cause: 'the clock here or on the machine that made the certificate is wrong',
    remedy: (host) => `date -u; ${showCertificate(host)}`,
  },
  {
    codes: /^ERR_TLS_CERT_ALTNAME_INVALID$/,
    says: 'shows a certificate for other names than the one asked for',
    remedy: (host, target) =>
      `${showCertificate(host)}; use one of its names as server in ${target.kubeconfig}, or make a certificate that has this one`,
  },
  {
    codes:
      /(SELF_SIGNED|UNABLE_TO_(VERIFY|GET_ISSUER)|CERT_SIGNATURE_FAILURE|CERT_UNTRUSTED|INVALID_CA|CERT_CHAIN)/,
    says: 'shows a certificate of a CA that the kubeconfig does not name',
    cause:
      'the kubeconfig names no CA, is of another cluster, or of this one before its CA was replaced',
    remedy: (host, target) =>
      `${showCertificate(host)}; then put the cluster's own CA into ${target.kubeconfig}`,
  },
  {
    codes: /ALERT|CERTIFICATE_REQUIRED/,
    says: 'does not accept the TLS handshake',
    cause: 'it may not trust the client certificate of the kubeconfig',
  },
  { codes: /^(EPROTO|ERR_SSL_.*|HPE_.*)$/, says: 'does not speak HTTPS on that port' },
  { codes: /^TOO_LARGE$/, says: 'sends more than is accepted here' },
]

/** Why a status stands in the way. `operation` as above; `path` of a websocket to a pod. */
export function explainReply(
  reply: Reply,
  target: Target,
  operation: string,
  path = '',
): StepError {
  const status = `${reply.status} ${textAt(reply.body, 'reason') ?? ''}: ${shorten(messageIn(reply))}`
  const causes = causesOf(reply).filter(({ message }) => message !== '')
  const seen = [status, ...causes.map(({ field, message }) => `${field}: ${shorten(message)}`)]
  const kubectl = kubectlFor(target)
  const keptOut = keptOutBy(reply.status, messageIn(reply), { operation, seen: [status] })
  if (keptOut !== null) return keptOut
  if (reply.status === 403) {
    const user = userIn(reply) ?? target.user
    if (user === ANONYMOUS) return unknownUser(target, operation, seen)
    const lacks = lackingRight(messageIn(reply), path)
    const right = lacks && rightWords(lacks)
    return new StepError(
      {
        problem: `user ${user} may not ${operation}`,
        seen,
        cause:
          right === undefined
            ? 'no role bound to this user allows it, or an admission rule forbids it'
            : `no role bound to this user allows it to ${right}`,
        remedy:
          grantFor(messageIn(reply), lacks) ??
          `${kubectl} auth can-i --list; then have the permission granted`,
      },
      {
        reason: right === undefined ? undefined : `user ${user} may not ${right}`,
        lacksRight: right !== undefined,
        // A kubelet's refusal of the API server has causes that can be told.
        obstacle: !/Forbidden \(user=/.test(status),
      },
    )
  }
  const said = ETCD_FULL.test(messageIn(reply)) ? NO_WRITES : sayStatus(reply, target, kubectl)
  const { problem: reason } = said
  const told = { ...said, problem: `${reason}; wanted to ${operation}`, seen }
  return new StepError(told, { reason, noAccess: reply.status === 401 })
}

/** As whom an API server takes who shows nothing. */
const ANONYMOUS = 'system:anonymous'

/** A right for it would be one for everybody. */
function unknownUser(target: Target, operation: string, seen: readonly string[]): StepError {
  const reason = `the API server knows nothing of user ${target.user}: it takes whoever asks for ${ANONYMOUS}`
  const explanation = {
    problem: `${reason}; wanted to ${operation}`,
    seen,
    cause: `user ${target.user} in ${target.kubeconfig} has no credentials, or what ends TLS on the way keeps its certificate`,
    remedy: `${kubectlFor(target)} auth whoami; then give user ${target.user} in ${target.kubeconfig} a token or a client certificate`,
  }
  return new StepError(explanation, { reason, noAccess: true })
}

/** Who asked, as the server knows them: the kubeconfig's own name for the user says nothing to an admin. */
export function userIn(reply: Reply): string | undefined {
  return userNamed(messageIn(reply))
}

/** What a server says of a request; what a proxy on the way says. */
export function messageIn({ body, text }: Reply): string {
  return textAt(body, 'message') ?? text
}

/** The causes that an answer tells of, with empty texts for what is left out. */
export function causesOf(
  reply: Reply,
): readonly { reason: string; field: string; message: string }[] {
  return listAt(reply.body, 'details', 'causes').map((cause) => ({
    reason: textAt(cause, 'reason') ?? '',
    field: textAt(cause, 'field') ?? '',
    message: textAt(cause, 'message') ?? '',
  }))
}

export function shorten(text: string): string {
  return text.length <= QUOTE_LIMIT ? text : `${text.slice(0, QUOTE_LIMIT)}…`
}
