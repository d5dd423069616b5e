import { type Evidence, itemsOf, valueOf } from '../../evidence/evidence.ts'
import { type Finding, onHost, permanent, rule, type Rule, seen } from '../rule.ts'

const ROLE = 'system:node-proxier'
const USER = 'system:kube-proxy'

/** Of D a kube-proxy that runs and cannot read the Services. */
export const kubeProxyRules: readonly Rule[] = [
  rule('D8', 'hosts', 'kube-proxy may not read Services', {
    symptom: 'kube-proxy runs, and Services lead nowhere, or to pods that are gone.',
    proof:
      'Its log says again and again why it cannot list Services; or nobody is bound to its role.',
    cure: 'Bind its user to the ClusterRole `system:node-proxier`, or give it a certificate and address that are good.',
    find: (e) => {
      const said = itemsOf(e.hosts).flatMap(({ name, proxySays = [] }) =>
        proxySays.flatMap((line) => complaintOf(e, name, line) ?? []),
      )
      return said.length > 0 ? said : unbound(e)
    },
    ruleOut: (e) => {
      const workers = itemsOf(e.hosts).filter(({ role }) => role === 'worker')
      const silent = workers.every(({ proxySays }) => proxySays?.length === 0)
      return workers.length > 0 && silent ? 'every kube-proxy reads the Services' : null
    },
  }),
]

/** The API server's words in kube-proxy's log, and what they mean. */
function complaintOf(e: Evidence, host: string, line: string): Finding | null {
  const on = { evidence: `kube-proxy's log on ${host}: ${line}` }
  const runs = `kube-proxy on ${host} runs, and cannot read`
  const [, what = '', user] =
    /: (\w+)\S*(?: "[^"]*")? is forbidden: User "([^"]+)"/.exec(line) ?? []
  if (user !== undefined) return { ...on, ...forbidden(e, { host, user, what, so: runs }) }
  const [, server, why = ''] = /\bdial tcp (\S+?): (.*)$/.exec(line) ?? []
  if (server !== undefined) {
    return seen({
      ...on,
      cause: `${runs} Services: the API server ${server}, which its kubeconfig names, does not answer (${why})`,
      ...onHost(host, `nc -zv ${server.replace(/:(?=\d+$)/, ' ')}`),
    })
  }
  const authority = TRUST.exec(line)?.[1]
  if (authority === undefined && !/: Unauthorized\b/.test(line)) return null
  const refused =
    authority === undefined
      ? 'the API server does not accept its certificate'
      : `it does not trust the API server (${authority})`
  return permanent({ ...on, cause: `${runs} Services: ${refused}`, ...credentials(e, host) })
}

/** When an API server's certificate is good is its own matter, and told of by itself. */
const TRUST = /\bx509: ((?!certificate has expired or is not yet valid).*)$/

type Refused = Readonly<Record<'host' | 'user' | 'what' | 'so', string>>

function forbidden(e: Evidence, { host, user, what, so }: Refused): Omit<Finding, 'evidence'> {
  if (valueOf(e.access)?.proxyUsers?.includes(user) === true) {
    return {
      certainty: 'seen',
      cause: `kube-proxy on ${host} was not allowed to read ${what}, and has not asked again since its user ${user} is bound to the ClusterRole ${ROLE}; it does within a minute`,
      ...{ subject: host, cure: 'sleep 60; npx tsx run.ts verify' },
    }
  }
  const sure = { certainty: 'seen', permanent: true } as const
  return user === USER || user.startsWith('system:serviceaccount:')
    ? {
        ...sure,
        cause: `${so} ${what}: its user ${user} is not bound to the ClusterRole ${ROLE}`,
        subject: `clusterrolebinding/${ROLE}`,
        cure: bind(e, user),
      }
    : {
        ...sure,
        cause: `${so} ${what}: its kubeconfig has the certificate of ${user}, and not of ${USER}`,
        ...credentials(e, host),
      }
}

function bind(e: Evidence, user: string): string {
  const [, namespace, name] = /^system:serviceaccount:([^:]+):(.+)$/.exec(user) ?? []
  const who =
    namespace === undefined ? `--user=${user}` : `--serviceaccount=${namespace}:${name ?? ''}`
  // A binding that is there for others is kept.
  return (valueOf(e.access)?.proxiers?.length ?? 0) > 0
    ? `kubectl set subject clusterrolebinding ${ROLE} ${who}`
    : `kubectl create clusterrolebinding ${ROLE} --clusterrole=${ROLE} ${who}`
}

/** A lab writes its own files again and starts what reads them. */
function credentials(e: Evidence, host: string): Pick<Finding, 'subject' | 'cure' | 'on'> {
  if (e.wanted.target === 'lab') return { subject: host, cure: 'npx tsx run.ts lab up' }
  return onHost(
    host,
    `kubectl --kubeconfig /var/lib/kube-proxy/kubeconfig auth whoami; let it name a certificate of ${USER}, issued by the cluster's authority; systemctl restart kube-proxy`,
  )
}

/**
 * An API server makes this binding a moment after it has started, which is of no concern to what does not use
 * Services; who takes it away takes it from every kube-proxy.
 */
function unbound(e: Evidence): Finding | null {
  if (!e.failure.touches.includes('service')) return null
  if (valueOf(e.access)?.proxiers?.length !== 0) return null
  return permanent({
    cause: `nobody is bound to the ClusterRole ${ROLE}, so no kube-proxy learns of Services and their pods`,
    evidence: `clusterrolebindings: none of ${ROLE}`,
    subject: `clusterrolebinding/${ROLE}`,
    cure: bind(e, USER),
  })
}
