import { firstAddress } from '../../inventory/address.ts'
import { apiTroubles } from '../coredns-log.ts'
import { start } from '../cure.ts'
import type { ApiServerSeen, Evidence } from '../evidence.ts'
import { each, known } from '../evidence.ts'
import { deadOn } from '../hosts.ts'
import { lackingRights } from '../rights.ts'
import type { Finding, Rule } from '../rule.ts'

/** B. CoreDNS runs and cannot read the API. */
export const apiRules: readonly Rule[] = [
  {
    code: 'B13',
    layer: 'hosts',
    find: (e) => [...deadServers(e), ...silentServers(e)],
    ruleOut: (e) =>
      allGood(e) ? `${count(e)} ${each(e.apiServers).length === 1 ? 'answers' : 'answer'}` : null,
  },
  {
    code: 'B4',
    layer: 'server',
    find: (e) =>
      badCertificates(e, /altnames|cert's list/).map(({ server, reason }) => ({
        certainty: 'seen',
        cause: `the certificate of the API server on ${server.name} is not good for ${serviceAddress(e)}, under which pods call it`,
        evidence: `${server.endpoint}: ${reason}`,
        subject: server.name,
        cure: reissue(e),
        ...onServer(e, server),
        hopeless: true,
      })),
    ruleOut: (e) =>
      allGood(e) ? `the API servers' certificates are good for ${serviceAddress(e)}` : null,
  },
  {
    code: 'B5',
    layer: 'server',
    find: (e) =>
      badCertificates(e, /self.signed|unable to (?:verify|get)|signature failure/i).map(
        ({ server, reason }) => ({
          certainty: 'seen',
          cause: `the certificate of the API server on ${server.name} is of another authority than the one that pods trust`,
          evidence: `${server.endpoint}: ${reason}`,
          subject: server.name,
          cure: reissue(e),
          ...onServer(e, server),
          hopeless: true,
        }),
      ),
  },
  {
    code: 'B7',
    layer: 'server',
    find: (e) =>
      badCertificates(e, /certificate (?:has expired|is not yet valid)/).map(
        ({ server, reason }) => ({
          certainty: 'seen',
          cause: `the certificate of the API server on ${server.name} is not valid today`,
          evidence: `${server.endpoint}: ${reason}`,
          subject: server.name,
          cure: `date -u; ${reissue(e)}`,
          ...onServer(e, server),
          hopeless: true,
        }),
      ),
  },
  {
    code: 'B6',
    layer: 'server',
    find: (e) => {
      const strangers = keyStrangers(e)
      return strangers.length > 0 ? strangers : unauthorized(e)
    },
    ruleOut: (e) =>
      'found' in e.signer && each(e.apiServers).every(({ keys }) => 'found' in keys)
        ? 'all API servers know the key of service account tokens'
        : null,
  },
  {
    code: 'B8',
    layer: 'server',
    find: (e) =>
      lackingRights(e)
        .filter((one) => !isSlices(one.resource))
        .map(forbidden(e)),
    ruleOut: (e) =>
      'found' in e.access && lackingRights(e).length === 0
        ? 'the role of CoreDNS allows all that it reads'
        : null,
  },
  {
    code: 'B9',
    layer: 'server',
    find: (e) =>
      lackingRights(e)
        .filter((one) => isSlices(one.resource))
        .map(forbidden(e)),
  },
  {
    code: 'B12',
    layer: 'server',
    find: strangeEndpoints,
    ruleOut: (e) =>
      givenOut(e).length > 0 ? `the Service kubernetes leads to ${givenOut(e).join(', ')}` : null,
  },
]

function serviceAddress(e: Evidence): string {
  return firstAddress(e.wanted.serviceCIDR)
}

function count(e: Evidence): string {
  const servers = each(e.apiServers).length
  return servers === 1 ? 'the API server' : `all ${String(servers)} API servers`
}

function allGood(e: Evidence): boolean {
  const servers = each(e.apiServers)
  return servers.length > 0 && servers.every(({ tls }) => known(tls)?.status === 'good')
}

function onServer(e: Evidence, { name }: ApiServerSeen): { readonly on?: string } {
  return e.wanted.target === 'lab' ? {} : { on: name }
}

function reissue(e: Evidence): string {
  return e.wanted.target === 'lab'
    ? 'npx tsx run.ts lab up'
    : `openssl x509 -in /var/lib/kubernetes/kubernetes.pem -noout -ext subjectAltName -dates; then issue it anew with ${serviceAddress(e)} and restart kube-apiserver`
}

/** What one of several that does not answer does to those that ask. */
function share(e: Evidence): string {
  const all = e.wanted.controllers.length
  return all > 1
    ? `so about one in ${String(all)} requests of pods to ${serviceAddress(e)} fails`
    : 'so nothing can ask the cluster'
}

function deadServers(e: Evidence): readonly Finding[] {
  return deadOn(e, 'kube-apiserver').map(({ host, words }) => ({
    certainty: 'seen',
    cause: `the API server on ${host} does not run, ${share(e)}`,
    evidence: words,
    subject: host,
    cure: start(e, 'kube-apiserver'),
    hopeless: true,
  }))
}

/** It runs, for all that is known, and nobody answers. On a cluster elsewhere it may only be out of reach. */
function silentServers(e: Evidence): readonly Finding[] {
  if (e.wanted.target !== 'lab') return []
  const dead = deadOn(e, 'kube-apiserver').map(({ host }) => host)
  return each(e.apiServers).flatMap(({ name, endpoint, tls }) => {
    const finding = known(tls)
    if (finding?.status !== 'unreachable' || dead.includes(name)) return []
    // Silence may only be a machine that is busy.
    const refused = finding.reason.startsWith('connect E')
    return [
      {
        certainty: refused ? ('seen' as const) : ('inferred' as const),
        cause: `the API server on ${name} does not answer, ${share(e)}`,
        evidence: `${endpoint}: ${finding.reason}`,
        subject: name,
        cure: start(e, 'kube-apiserver'),
      },
    ]
  })
}

function badCertificates(e: Evidence, pattern: RegExp) {
  return each(e.apiServers).flatMap((server) => {
    const tls = known(server.tls)
    return tls?.status === 'bad' && pattern.test(tls.reason) ? [{ server, reason: tls.reason }] : []
  })
}

/** API servers that do not know the key with which tokens are signed. */
function keyStrangers(e: Evidence): readonly Finding[] {
  const signer = known(e.signer)
  if (signer === undefined) return []
  return each(e.apiServers).flatMap(({ name, keys }) => {
    const ids = known(keys)
    if (ids === undefined || ids.includes(signer)) return []
    return [
      {
        certainty: 'seen' as const,
        cause: `the API server on ${name} has another service account key than the one that signs, and refuses the tokens of pods`,
        evidence: `${name} knows the keys ${ids.join(', ')}; tokens are signed with ${signer}`,
        subject: name,
        cure: start(e, 'kube-apiserver'),
        hopeless: true as const,
      },
    ]
  })
}

function unauthorized(e: Evidence): readonly Finding[] {
  return apiTroubles(e)
    .filter(({ text }) => text === 'Unauthorized')
    .slice(-1)
    .map(({ pod, line }) => ({
      certainty: 'inferred',
      cause:
        'an API server refuses the token of CoreDNS: its service account key is another one than the one that signed it',
      evidence: `pod ${pod} logs: ${line}`,
      subject: `pod/${pod}`,
      cure: 'sha256sum /var/lib/kubernetes/service-account.pem',
      on: 'each controller',
    }))
}

function isSlices(resource: string): boolean {
  return resource === 'endpointslices'
}

/** The log says so, too, where CoreDNS has asked since; the role itself is proof enough. */
function forbidden(e: Evidence) {
  return ({ resource, group, why }: ReturnType<typeof lackingRights>[number]): Finding => {
    const said = apiTroubles(e).find(({ text }) =>
      text.includes(` cannot list resource "${resource}" in API group "${group}" `),
    )
    return {
      certainty: 'seen',
      cause: `CoreDNS may not list and watch ${resource}: ${why}`,
      evidence: said === undefined ? why : `pod ${said.pod} logs: ${said.text}`,
      subject: 'clusterrole/system:coredns',
      cure: 'npx tsx run.ts --only apply-manifest',
      hopeless: true,
    }
  }
}

/** What pods are led to under the first address of the Services. */
function givenOut(e: Evidence): readonly string[] {
  return (
    each(e.endpoints).find(
      ({ namespace, name }) => namespace === 'default' && name === 'kubernetes',
    )?.ready ?? []
  )
}

/**
 * An API server that was told no address gives out that of its first network card. An inventory may also
 * name fewer controllers than there are: no cause of anything while CoreDNS reads the API.
 */
function strangeEndpoints(e: Evidence): readonly Finding[] {
  const { controllers } = e.wanted
  const matters = e.failure.step === 'kubernetes-endpoints' || apiTroubles(e).length > 0
  if (controllers.length === 0 || !matters) return []
  const strange = givenOut(e).filter((one) =>
    controllers.every(({ address }) => !one.startsWith(`${address}:`)),
  )
  if (strange.length === 0) return []
  const are = strange.length === 1 ? 'is' : 'are'
  return [
    {
      certainty: 'seen',
      cause: `the Service kubernetes leads pods to ${strange.join(', ')}, which ${are} no controller's`,
      evidence: `endpoints kubernetes: ${givenOut(e).join(', ')}; controllers: ${controllers.map(({ address }) => address).join(', ')}`,
      subject: 'endpoints/kubernetes',
      cure: 'ps -o args= -C kube-apiserver; then start it with --advertise-address= and the address of its controller',
      on: 'each controller',
    },
  ]
}
