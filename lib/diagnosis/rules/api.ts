import { firstAddress } from '../../inventory/address.ts'
import { inLog, linesOn } from '../../evidence/coredns-log.ts'
import { type Finding, type Found, inferred, permanent, rule, type Rule, seen } from '../rule.ts'
import { endpointsOf, type Evidence, itemsOf, valueOf } from '../../evidence/evidence.ts'
import { applyAgain } from '../../evidence/cluster-dns.ts'
import { lackingRights, type LackingRight } from '../rights.ts'

/** B. CoreDNS runs and cannot read the API. */
export const apiRules: readonly Rule[] = [
  rule('B4', 'server', 'API server certificate lacks an address', {
    symptom: 'CoreDNS never becomes ready and logs `x509: certificate is valid for …, not …`.',
    proof: 'The certificate that the API server shows lacks the first Service address.',
    cure: 'Issue the certificate again with that address, and restart kube-apiserver.',
    find: (e) =>
      badCertificates(
        e,
        /altnames|cert's list/,
        `not good for ${serviceAddress(e)}, under which pods call it`,
      ),
    ruleOut: (e) =>
      allGood(e) ? `the API servers' certificates are good for ${serviceAddress(e)}` : null,
  }),
  rule('B5', 'server', 'API server certificate of another authority', {
    symptom: 'CoreDNS is never ready and logs `x509: certificate signed by unknown authority`.',
    proof: 'The API server’s certificate is not signed by the authority that pods trust.',
    cure: 'Issue the certificate again by the cluster’s authority, and restart kube-apiserver.',
    find: (e) =>
      badCertificates(
        e,
        /self.signed|unable to (?:verify|get)|signature failure/i,
        'of another authority than the one that pods trust',
      ),
  }),
  rule('B7', 'server', 'API server certificate expired', {
    symptom: 'CoreDNS is never ready and logs `x509: certificate has expired or is not yet valid`.',
    proof: 'The dates of the certificate that the API server shows.',
    cure: 'Check the controller’s clock; if it is right, issue the certificate again and restart kube-apiserver.',
    find: (e) =>
      badCertificates(
        e,
        /certificate (?:has expired|is not yet valid)/,
        'not valid today',
        'date -u; ',
      ),
  }),
  rule('B6', 'server', 'Service account key differs', {
    symptom: 'CoreDNS logs `Unauthorized`; with several controllers only some requests fail.',
    proof: 'An API server’s keys do not include the one that tokens are signed with.',
    cure: 'Give every API server the same service account key, and restart it.',
    find: (e) => {
      const strangers = keyStrangers(e)
      return strangers.length > 0 ? strangers : unauthorized(e)
    },
    ruleOut: (e) =>
      'found' in e.signer &&
      itemsOf(e.apiServers).length > 0 &&
      itemsOf(e.apiServers).every(({ keys }) => 'found' in keys)
        ? 'all API servers know the key of service account tokens'
        : null,
  }),
  rule('B8', 'server', 'Role of CoreDNS lacks a permission', {
    symptom: 'CoreDNS never becomes ready and logs `… is forbidden`.',
    proof:
      'No cluster role of its service account allows it to list and watch a resource that it needs.',
    cure: 'Apply the manifest’s ClusterRole and ClusterRoleBinding again.',
    find: (e) => lackingRights(e).map((right) => (isOfSlices(right) ? null : forbidden(right, e))),
    ruleOut: (e) =>
      valueOf(e.access)?.serviceAccount === true &&
      valueOf(e.deployment) &&
      'found' in e.corefile &&
      lackingRights(e).length === 0
        ? 'the role of CoreDNS allows all that it reads'
        : null,
  }),
  rule('B9', 'server', 'Role of CoreDNS lacks endpointslices', {
    symptom: 'CoreDNS 1.8.1 or later never becomes ready and logs `endpointslices … is forbidden`.',
    proof: 'Its image reads EndpointSlices, and no rule of its cluster roles allows that.',
    cure: 'Add endpointslices (discovery.k8s.io, list and watch) to its ClusterRole.',
    find: (e) => lackingRights(e).map((right) => (isOfSlices(right) ? forbidden(right, e) : null)),
  }),
  rule('B12', 'server', 'Wrong endpoints of kubernetes', {
    symptom: 'Pods time out on the Service kubernetes, always or now and then.',
    proof: 'The endpoints of the Service kubernetes name an address that is no controller’s.',
    cure: 'Start kube-apiserver with --advertise-address and the address of its controller.',
    // An API server that was told no address gives out that of its first network card.
    find: (e) => {
      const { controllers } = e.wanted
      // An inventory may name fewer controllers than there are: no cause of anything while CoreDNS reads the API.
      const matters = e.failure.examines.includes('endpoints') || linesOn(e, 'api').length > 0
      if (controllers.length === 0 || !matters) return null
      const addresses = controllers.map(({ address }) => address)
      const strange = givenOut(e).filter(
        (one) => !addresses.some((own) => one.startsWith(`${own}:`)),
      )
      if (strange.length === 0) return null
      return seen({
        cause: `the Service kubernetes leads pods to ${strange.join(', ')}, which ${strange.length === 1 ? 'is' : 'are'} no controller's`,
        evidence: `endpoints kubernetes: ${givenOut(e).join(', ')}; controllers: ${addresses.join(', ')}`,
        subject: 'endpoints/kubernetes',
        cure: 'ps -o args= -C kube-apiserver; then start it with --advertise-address= and the address of its controller',
        on: 'each controller',
      })
    },
    ruleOut: (e) =>
      givenOut(e).length > 0 ? `the Service kubernetes leads to ${givenOut(e).join(', ')}` : null,
  }),
]

/** The first of the Services: under it pods call the API servers. */
export function serviceAddress({ wanted: { serviceCIDR } }: Evidence): string {
  return serviceCIDR === '' ? 'its Service address' : firstAddress(serviceCIDR)
}

/** The certificates of all API servers were looked at, and are good. */
export function allGood(e: Evidence): boolean {
  const servers = itemsOf(e.apiServers)
  return servers.length > 0 && servers.every(({ tls }) => valueOf(tls)?.status === 'good')
}

/**
 * Certificates refused for one of `reasons`. `is` completes "the certificate of the API server on controller0
 * is"; `first` is a command to look at something else first.
 */
function badCertificates(e: Evidence, reasons: RegExp, is: string, first = ''): Found {
  const isLab = e.wanted.target === 'lab'
  const cure = isLab
    ? 'npx tsx run.ts lab up'
    : `openssl x509 -in /var/lib/kubernetes/kubernetes.pem -noout -ext subjectAltName -dates; then issue it again with ${serviceAddress(e)} and restart kube-apiserver`
  return itemsOf(e.apiServers).map(({ name, endpoint, tls }) => {
    const result = valueOf(tls)
    if (result?.status !== 'bad' || !reasons.test(result.reason)) return null
    return permanent({
      cause: `the certificate of the API server on ${name} is ${is}`,
      evidence: `${endpoint}: ${result.reason}`,
      subject: name,
      cure: `${first}${cure}`,
      ...(isLab ? {} : { on: name }),
    })
  })
}

/** API servers that do not know the key with which tokens are signed. */
function keyStrangers(e: Evidence): readonly Finding[] {
  const signer = valueOf(e.signer)
  if (signer === undefined) return []
  return itemsOf(e.apiServers).flatMap(({ name, keys }) => {
    const ids = valueOf(keys)
    if (ids === undefined || ids.includes(signer)) return []
    return permanent({
      cause: `the API server on ${name} has another service account key than the one that signs, and refuses the tokens of pods`,
      evidence: `${name} knows the keys ${ids.join(', ')}; tokens are signed with ${signer}`,
      subject: name,
      cure: e.wanted.target === 'lab' ? 'npx tsx run.ts lab up' : OTHER_KEY,
    })
  })
}

const OTHER_KEY =
  'grep service-account-key-file /etc/systemd/system/kube-apiserver.service; let it name the certificate that the other API servers have; then systemctl restart kube-apiserver'

function unauthorized(e: Evidence): Finding | null {
  const line = linesOn(e, 'api').findLast(({ text }) => text === 'Unauthorized')
  if (line === undefined) return null
  return inferred({
    cause: `an API server refuses the token of CoreDNS: its service account key is another one than the one that signed it`,
    evidence: inLog(line),
    subject: `pod/${line.pod}`,
    cure: 'sha256sum /var/lib/kubernetes/service-account.pem',
    on: 'each controller',
  })
}

function isOfSlices({ resource }: LackingRight): boolean {
  return resource === 'endpointslices'
}

/** The log says so, too, where CoreDNS has asked since; the role itself is proof enough. */
function forbidden({ resource, group, why }: LackingRight, e: Evidence): Finding {
  const [bound] = valueOf(e.access)?.bindings ?? []
  const role = `clusterrole/${bound?.role ?? 'system:coredns'}`
  const words = ` cannot list resource "${resource}" in API group "${group}" `
  const logged = linesOn(e, 'api').find(({ text }) => text.includes(words))
  return permanent({
    cause: `CoreDNS may not list and watch ${resource}: ${why}`,
    evidence: logged === undefined ? why : `pod ${logged.pod} logs: ${logged.text}`,
    subject: role,
    cure: applyAgain(
      e,
      `kubectl edit ${role.replace('/', ' ')}; let a rule name ${resource} of API group "${group}" with list and watch`,
    ),
  })
}

/** What pods are led to under the first address of the Services. */
function givenOut(e: Evidence): readonly string[] {
  return endpointsOf(e.endpoints, 'default/kubernetes')?.ready ?? []
}
