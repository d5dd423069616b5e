import type { NameCheck } from '../../core/look-data.ts'
import {
  forwardTargets,
  isOpen,
  kubernetesIn,
  plainZone,
  pluginsOf,
} from '../../corefile/plugins.ts'
import { nameInWords } from '../../dns/matrix.ts'
import { lineNamed, restartDns, workloadSubject } from '../../evidence/cluster-dns.ts'
import { ended, inLog, isOwnQuestion, linesOn } from '../../evidence/coredns-log.ts'
import { corefileText, unsetIn } from '../../evidence/corefile-text.ts'
import { hasReadIt, readsThisCorefile } from '../../evidence/corefile-read.ts'
import type { Edit } from '../corefile-edit/edit.ts'
import { editCorefile } from '../corefile-edit/edit-corefile.ts'
import { withoutTarget } from '../corefile-edit/edits.ts'
import { lineOf } from '../corefile-edit/lines.ts'
import { editImported, replaceServer } from '../corefile-edit/edit-in-words.ts'
import { editRefused } from '../corefile-edit/refused-line.ts'
import { mendedSince, unlessRewritten } from '../mended.ts'
import { type Evidence, itemsOf, valueOf } from '../../evidence/evidence.ts'
import { type Finding, permanent, rule, type Rule, seen } from '../rule.ts'
import { allDomainsKnown, otherDomains } from './client.ts'

const CRASHES = 'CoreDNS pods are in CrashLoopBackOff.'

/** C. CoreDNS and its Corefile. */
export const corefileRules: readonly Rule[] = [
  rule('C1', 'server', 'Forwarding loop', {
    symptom: CRASHES,
    proof: 'The last line of its log is the plugin loop’s `Loop … detected`.',
    cure: 'Forward to a server outside the cluster, not to the host’s own resolver.',
    find: (e) =>
      ended(e, 'loop').map((line) => {
        const forwards = forwardTargets(valueOf(e.corefile) ?? '')?.join(' ')
        return untilMended(
          e,
          { pod: line.pod, quoted: forwards === undefined ? 'forward' : undefined },
          {
            cause: `CoreDNS's own queries come back to it${forwards === undefined ? '' : `: the Corefile forwards to ${forwards}`}, so it ends itself`,
            evidence: inLog(line),
            ...editCorefile(
              e,
              'let forward name a server outside the cluster, or take the line out',
              dropLine(lineOf(e, 'forward')),
            ),
          },
        )
      }),
    ruleOut: (e) =>
      readsThisCorefile(e) && /^\s*loop\b/m.test(valueOf(e.corefile) ?? '')
        ? 'CoreDNS finds no loop'
        : null,
  }),
  rule('C3', 'server', 'Corefile not understood', {
    symptom: CRASHES,
    proof:
      'The last line of its log is `Error during parsing` or `Syntax error`, with the file and line.',
    cure: 'Correct that line: this version of CoreDNS does not know the plugin or its option, or a brace is missing.',
    find: (e) =>
      ended(e, 'corefile').map((line) => {
        const word = /(?:Unknown directive|unknown property) '([^']+)'/.exec(line.text)?.[1]
        const imported = lineNamed(e, line.text) === null
        const next = `then ${restartDns(e)}`
        return untilMended(
          e,
          { pod: line.pod, quoted: imported ? undefined : word },
          {
            cause: `CoreDNS does not understand ${imported ? 'a file that its Corefile imports' : 'its Corefile'}: ${line.text}`,
            evidence: inLog(line),
            ...(imported
              ? {
                  subject: workloadSubject(e),
                  cure: `${editImported(e, line.text)}; ${next}`,
                }
              : editRefused(e, line.text, { how: `correct that line; ${next}`, next })),
          },
        )
      }),
    ruleOut: (e) => (readsThisCorefile(e) ? 'CoreDNS understands its Corefile' : null),
  }),
  rule('C5', 'client', 'Cluster domain differs', {
    symptom: 'Names of the cluster are not found; full names under the other domain are.',
    proof: 'The Corefile’s zones or a kubelet’s clusterDomain are not the cluster’s domain.',
    cure: 'Use one domain in the Corefile, in every kubelet and in the inventory.',
    find: (e) => [otherZones(e), otherDomains(e)],
    ruleOut: (e) =>
      servesDomain(e) && allDomainsKnown(e) ? `the Corefile serves ${e.wanted.domain}` : null,
  }),
  rule('C6', 'client', 'No reverse zone', {
    symptom: 'Names have addresses, but addresses have no names: `nslookup 10.32.0.1` fails.',
    proof: 'The lookup that failed, and a kubernetes line in the Corefile without in-addr.arpa.',
    cure: 'Name in-addr.arpa and ip6.arpa in the Corefile’s kubernetes line.',
    find: (e) => {
      const corefile = corefileText(e)
      const zones = kubernetesPlugin(e)?.zones.join(' ')
      const asked = redNames(e).find(({ kind }) => kind === 'reverse')
      if (asked === undefined || zones === undefined || isOpen(corefile)) return null
      const all = kubernetesIn(corefile).flatMap((one) => one.zones)
      if (all.some((zone) => /(?:^|\.)arpa$|\/\d+$|^\.$/.test(zone))) return null
      return seen({
        cause: `CoreDNS serves ${zones} and no reverse zone, so no address has a name`,
        evidence: `Corefile: kubernetes ${zones}; ${nameInWords(asked)}`,
        ...editCorefile(
          e,
          `let the line read kubernetes ${zones} in-addr.arpa ip6.arpa`,
          zonesOf(e, `${zones} in-addr.arpa ip6.arpa`),
        ),
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
      // Where not even names of the cluster are found, nobody has asked CoreDNS, and its log is of earlier questions.
      const asked = redNames(e)
        .filter(({ worker }) => !lacksOwn(e, worker))
        .map(({ name }) => name)
      const line = linesOn(e, 'upstream').findLast(({ text }) => asked.includes(nameIn(text)))
      if (line === undefined) return null
      // Not told where no server is tried any more.
      const server = /->(\S+): /.exec(line.text)?.[1] ?? 'other servers'
      return seen({
        cause: `CoreDNS asks ${server} for ${nameIn(line.text)} and gets no answer`,
        evidence: inLog(line),
        ...editCorefile(e, replaceServer(e, server), without(e, server)),
      })
    },
  }),
  rule('C12', 'client', 'Some Services not served', {
    symptom: 'Names of some Services are found, those of others are NXDOMAIN.',
    proof:
      'The Corefile has a line `namespaces` without default or kube-system, or one that wants labels.',
    cure: 'Take that line out, name all namespaces in it, or give the labels to what it is to serve.',
    find: (e) => {
      const options = kubernetesPlugin(e)?.options ?? []
      const wanted = options.find(([word = '']) => /^(?:namespace_)?labels$/.test(word))
      if (wanted !== undefined && redNames(e).some(isAbsent)) return withLabels(e, wanted)
      const [, ...served] = options.find(([word]) => word === 'namespaces') ?? []
      const hidden = ['default', 'kube-system'].filter((one) => !served.includes(one))
      if (served.length === 0 || hidden.length === 0) return null
      return seen({
        cause: `CoreDNS serves only the namespaces ${served.join(', ')}, so names of ${hidden.join(' and ')} do not exist`,
        evidence: `Corefile: namespaces ${served.join(' ')}`,
        ...editCorefile(e, 'take the line namespaces out', dropLine(lineOf(e, 'namespaces'))),
      })
    },
  }),
]

/** A Service of the cluster has no address, says a server. */
function isAbsent({ kind, got }: NameCheck): boolean {
  return kind === 'full' && got === 'NXDOMAIN'
}

function withLabels(e: Evidence, [word = '', ...labels]: readonly string[]): Finding {
  const what = word === 'labels' ? 'Services' : 'namespaces'
  return seen({
    cause: `CoreDNS serves only the ${what} with the labels ${labels.join(' ')}, so other names do not exist`,
    evidence: `Corefile: ${word} ${labels.join(' ')}`,
    ...editCorefile(
      e,
      `take the line ${word} out; then ${restartDns(e)}`,
      dropLine(lineOf(e, word)),
    ),
  })
}

/** What workers have asked for and got another answer to. */
function redNames(e: Evidence): readonly NameCheck[] {
  return (valueOf(e.matrix)?.names ?? []).filter(({ ok }) => !ok)
}

/** Whether a worker is not even told the full name of a Service. */
function lacksOwn(e: Evidence, from: string): boolean {
  return redNames(e).some(({ worker, kind }) => worker === from && kind === 'full')
}

/** By a Corefile that this text alone decides. */
function otherZones(e: Evidence): Finding | null {
  const domain = plainZone(e.wanted.domain)
  const corefile = corefileText(e)
  const unset = unsetIn(e)
  if (pluginsOf(corefile).length === 0 || isOpen(corefile) || servesDomain(e)) return null
  const zones = kubernetesIn(corefile).flatMap((one) => one.zones)
  const none = kubernetesIn(corefile).length === 0
  return seen({
    cause: none
      ? `the Corefile has no plugin kubernetes, so CoreDNS knows no name of the cluster`
      : `CoreDNS serves ${zones.join(' ')}, and not the cluster's own domain ${domain}`,
    evidence: `Corefile: ${
      none
        ? `only ${pluginsOf(corefile)
            .map(({ name }) => name)
            .join(', ')}`
        : `kubernetes ${zones.join(' ')}`
    }${unset.length === 0 ? '' : `, as its container has no variable ${unset.join(', ')}`}`,
    ...editCorefile(
      e,
      `let it have the line kubernetes ${domain} in-addr.arpa ip6.arpa`,
      zonesOf(e, `${domain} in-addr.arpa ip6.arpa`),
    ),
  })
}

function dropLine(line: string | undefined): Edit | null {
  return line === undefined ? null : { drop: line }
}

/** Without a server that does not answer, where others are left to ask: it is not known for how long it will not. */
function without(e: Evidence, server: string): Edit | null {
  const address = server.replace(/:53$/, '').replace(/^\[(.*)\]$/, '$1')
  const edit = withoutTarget(e, 'forward', address) ?? withoutTarget(e, 'forward', server)
  return edit !== null && 'inLine' in edit ? edit : null
}

/** Other zones for the one plugin kubernetes, in place of those that it names. */
function zonesOf(e: Evidence, zones: string): Edit | null {
  const own = /^kubernetes( [^{]*?)? ?\{?$/.exec(lineOf(e, 'kubernetes') ?? '')?.[1]?.trim()
  return own === undefined || own === '' ? null : { inLine: 'kubernetes', of: own, by: zones }
}

function servesDomain(e: Evidence): boolean {
  const domain = plainZone(e.wanted.domain)
  return kubernetesIn(corefileText(e)).some(({ zones }) => zones.includes(domain))
}

/** The plugin that serves the cluster's names; undefined where the Corefile has none. */
function kubernetesPlugin(e: Evidence) {
  return kubernetesIn(corefileText(e)).find(({ zones }) =>
    zones.includes(plainZone(e.wanted.domain)),
  )
}

function says(e: Evidence, word: string): boolean {
  const lines = (valueOf(e.corefile) ?? '').split('\n')
  return lines.some((line) => line.trim().split(/\s+/)[0] === word)
}

/** While the Corefile still has the fault no waiting heals it; once it is mended, the next start does. */
function untilMended(
  e: Evidence,
  { pod, quoted }: { readonly pod: string; readonly quoted: string | undefined },
  finding: Omit<Finding, 'certainty'>,
): Finding {
  // Of a text that nobody has looked at nothing is known.
  const looked = typeof valueOf(e.corefile) === 'string'
  const mended = looked && quoted !== undefined && !says(e, quoted) && !hasReadIt(e, pod)
  const found = permanent(finding)
  return mended ? mendedSince(e, found) : unlessRewritten(e, pod, found)
}
