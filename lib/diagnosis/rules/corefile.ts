import { inLog, isOwnQuestion, linesOn, type LogLine } from '../coredns-log.ts'
import { type Finding, permanent, rule, type Rule, seen } from '../rule.ts'
import { type Evidence, itemsOf, valueOf } from '../evidence.ts'
import { corefileAt, kubectlAt, restartDns, workloadAt, workloadSubject } from '../cluster-dns.ts'
import { ruleOfLines } from '../line-rule.ts'
import { corednsPods } from '../pods.ts'
import { nameInWords } from '../../dns/matrix.ts'
import type { NameCheck } from '../../core/look-data.ts'
import { otherDomains } from './client.ts'

const CRASHES = 'CoreDNS pods are in CrashLoopBackOff.'

const lastWord = ruleOfLines('server', {
  lines: (e) =>
    ended(e, 'start').map((line) => ({ text: line.text, gives: { evidence: inLog(line) } })),
})

/** C. CoreDNS does not like its Corefile; and of A what else ends it at its start. */
export const corefileRules: readonly Rule[] = [
  rule('C1', 'server', 'Forwarding loop', {
    symptom: CRASHES,
    proof: 'The last line of its log is the plugin loop’s `Loop … detected`.',
    cure: 'Forward to a server outside the cluster, not to the host’s own resolver.',
    find: (e) =>
      ended(e, 'loop').map((line) => {
        const forwards = /^\s*forward\s+\S+\s+(.*?)\s*\{?\s*$/m.exec(valueOf(e.corefile) ?? '')?.[1]
        return untilMended(e, forwards !== undefined, {
          cause: `CoreDNS's own queries come back to it${forwards === undefined ? '' : `: the Corefile forwards to ${forwards}`}, so it ends itself`,
          evidence: inLog(line),
          ...edit(e, 'let forward name a server outside the cluster, or take the line out'),
        })
      }),
    ruleOut: (e) => ('found' in e.logs ? 'CoreDNS finds no loop' : null),
  }),
  rule('C3', 'server', 'Corefile not understood', {
    symptom: CRASHES,
    proof: 'The last line of its log is `Error during parsing`, with the line of the Corefile.',
    cure: 'Correct that line: this version of CoreDNS does not know the plugin or its option.',
    find: (e) =>
      ended(e, 'corefile').map((line) => {
        const word = /(?:Unknown directive|unknown property) '([^']+)'/.exec(line.text)?.[1]
        return untilMended(e, word === undefined || says(e, word), {
          cause: `CoreDNS does not understand its Corefile: ${line.text}`,
          evidence: inLog(line),
          ...edit(e, `then ${restartDns(e)}`),
        })
      }),
    ruleOut: (e) =>
      'found' in e.logs && corednsPods(e).length > 0 ? 'CoreDNS understands its Corefile' : null,
  }),
  lastWord('C4', 'Zone served twice', {
    symptom: CRASHES,
    proof: 'The last line of its log is `cannot serve …`, with the zone.',
    cure: 'Leave only one server block for each zone and port.',
    words: /^(cannot serve .*)$/,
    finding: (text) => ({
      cause: `two server blocks of the Corefile serve the same zone: ${text}`,
      ...edited((e) => `then ${restartDns(e)}`),
    }),
  }),
  lastWord('A16', 'Port 53 not permitted', {
    symptom: CRASHES,
    proof: 'The last line of its log is `bind: permission denied`.',
    cure: 'Give the container the capability NET_BIND_SERVICE.',
    words: /^(.*bind: permission denied)$/,
    finding: (text) => ({
      cause: `CoreDNS may not listen on its port: ${text}`,
      subject: workloadSubject,
      cure: (e) =>
        `${kubectlAt(e)} edit ${workloadAt(e)}; let securityContext.capabilities.add be [NET_BIND_SERVICE]`,
      permanent: true,
    }),
  }),
  lastWord('A18', 'Port 53 in use', {
    symptom: `${CRASHES} They are on their hosts’ network.`,
    proof: 'The last line of its log is `bind: address already in use`.',
    cure: 'Take CoreDNS off the host’s network, or end what listens on the host’s port 53.',
    words: /^(.*bind: address already in use)$/,
    finding: (text) => ({
      cause: `somebody else listens on the port of CoreDNS already: ${text}`,
      subject: workloadSubject,
      cure: (e) =>
        `${kubectlAt(e)} get ${workloadAt(e)} -o yaml | grep hostNetwork; ss -lntup sport = :53`,
    }),
  }),
  rule('C5', 'client', 'Cluster domain differs', {
    symptom: 'Names of the cluster are not found; full names under the other domain are.',
    proof: 'The Corefile’s zones or a kubelet’s clusterDomain are not the cluster’s domain.',
    cure: 'Use one domain in the Corefile, in every kubelet and in the inventory.',
    find: (e) => [otherZones(e), otherDomains(e)],
    ruleOut: (e) => (valueOf(e.corefile) ? `the Corefile serves ${e.wanted.domain}` : null),
  }),
  rule('C6', 'client', 'No reverse zone', {
    symptom: 'Names have addresses, but addresses have no names: `nslookup 10.32.0.1` fails.',
    proof: 'The lookup that failed, and a kubernetes line in the Corefile without in-addr.arpa.',
    cure: 'Name in-addr.arpa and ip6.arpa in the Corefile’s kubernetes line.',
    find: (e) => {
      const zones = kubernetesPlugin(e)?.zones
      const asked = redNames(e).find(({ kind }) => kind === 'reverse')
      if (asked === undefined || zones === undefined || /\barpa\b/.test(zones)) return null
      return seen({
        cause: `CoreDNS serves ${zones} and no reverse zone, so no address has a name`,
        evidence: `Corefile: kubernetes ${zones}; ${nameInWords(asked)}`,
        ...edit(e, `let the line read kubernetes ${zones} in-addr.arpa ip6.arpa`),
      })
    },
  }),
  rule('C8', 'server', 'HINFO error in the log', {
    symptom: 'CoreDNS logs `[ERROR] … HINFO: plugin/loop: no next plugin found`, and works.',
    proof: 'Never a cause, only ruled out: the query is CoreDNS’s own test for loops at startup.',
    cure: 'None needed; with forward in its Corefile CoreDNS does not log it.',
    // It stands in the log of every CoreDNS with the chapter's Corefile, and looks like the cause of anything.
    find: () => [],
    ruleOut: (e) =>
      itemsOf(e.logs).some(({ lines }) => lines.some(isOwnQuestion))
        ? 'the HINFO error in the log of CoreDNS is its own test for loops, once at its start, and harmless'
        : null,
  }),
  rule('C9', 'server', 'Upstream server does not answer', {
    symptom: 'Names of the cluster are found, others time out or end with SERVFAIL.',
    proof: 'CoreDNS logs a timeout for the very name that the failed lookup asked for.',
    cure: 'Forward to a server that the workers reach, by UDP and TCP.',
    find: (e) => {
      // `example.com. A: read udp 10.200.0.2:43756->192.0.2.1:53: i/o timeout`
      const nameIn = (text: string): string => text.replace(/ .*$/, '')
      const asked = redNames(e).map(({ name }) => name)
      const line = linesOn(e, 'upstream').findLast(({ text }) => asked.includes(nameIn(text)))
      if (line === undefined) return null
      // Not told where no server is tried any more.
      const server = /->(\S+): /.exec(line.text)?.[1] ?? 'other servers'
      return seen({
        cause: `CoreDNS asks ${server} for ${nameIn(line.text)} and gets no answer`,
        evidence: inLog(line),
        ...edit(e, 'let forward name a server that the workers reach'),
      })
    },
  }),
  rule('C12', 'client', 'Namespaces not served', {
    symptom: 'Names of some namespaces are found, those of others are NXDOMAIN.',
    proof: 'The Corefile has a line `namespaces` without default or kube-system.',
    cure: 'Take that line out, or name all namespaces in it.',
    find: (e) => {
      const namespaces = /^\s*namespaces[ \t]+(.*)$/m.exec(kubernetesPlugin(e)?.options ?? '')?.[1]
      const served = namespaces?.trim().split(/\s+/) ?? []
      const hidden = ['default', 'kube-system'].filter((one) => !served.includes(one))
      if (served.length === 0 || hidden.length === 0) return null
      return seen({
        cause: `CoreDNS serves only the namespaces ${served.join(', ')}, so names of ${hidden.join(' and ')} do not exist`,
        evidence: `Corefile: namespaces ${served.join(' ')}`,
        ...edit(e, 'take the line namespaces out'),
      })
    },
  }),
]

/** What workers have asked for and got another answer to. */
function redNames(e: Evidence): readonly NameCheck[] {
  return (valueOf(e.matrix)?.names ?? []).filter(({ ok }) => !ok)
}

function otherZones(e: Evidence): Finding | null {
  const { domain } = e.wanted
  const zones = kubernetesPlugin(e)?.zones
  if (zones === undefined || zones.split(/\s+/).includes(domain)) return null
  return seen({
    cause: `CoreDNS serves ${zones}, and not the cluster's own domain ${domain}`,
    evidence: `Corefile: kubernetes ${zones}`,
    ...edit(e, `let the line read kubernetes ${domain} in-addr.arpa ip6.arpa`),
  })
}

/** The last such line of a CoreDNS that does not serve now: what one that does has said is past. */
function ended(e: Evidence, what: 'loop' | 'corefile' | 'start'): readonly LogLine[] {
  const down = corednsPods(e).filter(({ ready }) => !ready)
  return linesOn(e, what)
    .filter(({ pod }) => down.some(({ name }) => name === pod))
    .slice(-1)
}

/** Zones and options of the plugin that serves the cluster's names; undefined where the Corefile has none. */
function kubernetesPlugin(e: Evidence) {
  const [, zones, options = ''] =
    /^\s*kubernetes[ \t]+([^\n{]*)(?:\{([^}]*)\})?/m.exec(valueOf(e.corefile) ?? '') ?? []
  return zones === undefined ? undefined : { zones: zones.trim(), options }
}

function says(e: Evidence, word: string): boolean {
  const lines = (valueOf(e.corefile) ?? '').split('\n')
  return lines.some((line) => line.trim().split(/\s+/)[0] === word)
}

/** While the Corefile still has the fault no waiting heals it; once it is mended, the next start does. */
function untilMended(e: Evidence, still: boolean, finding: Omit<Finding, 'certainty'>): Finding {
  if (still) return permanent(finding)
  return seen({ ...finding, cause: `${finding.cause} (mended since)`, cure: restartDns(e) })
}

/** The Corefile is at fault, and edited as told. */
function edit(e: Evidence, how: string) {
  const subject = corefileAt(e)
  return { subject, cure: `${kubectlAt(e)} edit ${subject}; ${how}` }
}

/** The same, for a line that shows it. */
function edited(how: (e: Evidence) => string) {
  return { subject: corefileAt, cure: (e: Evidence) => edit(e, how(e)).cure }
}
