import {
  corefileErrors,
  isOwnQuestion,
  type LogLine,
  loops,
  startErrors,
  upstreamTroubles,
} from '../coredns-log.ts'
import { RESTART_COREDNS } from '../cure.ts'
import type { Evidence } from '../evidence.ts'
import { each, known } from '../evidence.ts'
import { corednsPods } from '../pods.ts'
import type { Finding, Rule } from '../rule.ts'

const EDIT = 'kubectl -n kube-system edit configmap coredns'

/** What ends CoreDNS at its start, before it reads the API. */
interface StartFault {
  readonly code: string
  readonly words: RegExp
  readonly finding: (text: string) => Pick<Finding, 'cause' | 'subject' | 'cure' | 'hopeless'>
}

const START_FAULTS: readonly StartFault[] = [
  {
    code: 'C4',
    words: /^cannot serve /,
    finding: (text) => ({
      cause: `two server blocks of the Corefile serve the same zone: ${text}`,
      subject: 'configmap/coredns',
      cure: `${EDIT}; then ${RESTART_COREDNS}`,
    }),
  },
  {
    code: 'A16',
    words: /bind: permission denied$/,
    finding: (text) => ({
      cause: `CoreDNS may not listen on its port: ${text}`,
      subject: 'deployment.apps/coredns',
      cure: 'kubectl -n kube-system edit deployment coredns; let securityContext.capabilities.add be [NET_BIND_SERVICE]',
      hopeless: true,
    }),
  },
  {
    code: 'A18',
    words: /bind: address already in use$/,
    finding: (text) => ({
      cause: `somebody else listens on the port of CoreDNS already: ${text}`,
      subject: 'deployment.apps/coredns',
      cure: 'kubectl -n kube-system get deployment coredns -o yaml | grep hostNetwork; ss -lntup sport = :53',
    }),
  },
]

/** C. CoreDNS does not like its Corefile. */
export const corefileRules: readonly Rule[] = [
  {
    code: 'C1',
    layer: 'server',
    find: (e) =>
      ended(e, loops(e)).map((line) => {
        const forwards = /^\s*forward\s+\S+\s+(.*?)\s*\{?\s*$/m.exec(known(e.corefile) ?? '')?.[1]
        return mended(forwards !== undefined, {
          certainty: 'seen',
          cause: `CoreDNS's own queries come back to it${forwards === undefined ? '' : `: the Corefile forwards to ${forwards}`}, so it ends itself`,
          evidence: `pod ${line.pod} logs: ${line.line}`,
          subject: 'configmap/coredns',
          cure: `${EDIT}; let forward name a server outside the cluster, or take the line out`,
        })
      }),
    ruleOut: (e) => ('found' in e.logs ? 'CoreDNS finds no loop' : null),
  },
  {
    code: 'C3',
    layer: 'server',
    find: (e) =>
      ended(e, corefileErrors(e)).map((line) => {
        const word = /(?:Unknown directive|unknown property) '([^']+)'/.exec(line.text)?.[1]
        return mended(word === undefined || says(e, word), {
          certainty: 'seen',
          cause: `CoreDNS does not understand its Corefile: ${line.text}`,
          evidence: `pod ${line.pod} logs: ${line.line}`,
          subject: 'configmap/coredns',
          cure: `${EDIT}; then ${RESTART_COREDNS}`,
        })
      }),
    ruleOut: (e) =>
      'found' in e.logs && corednsPods(e).length > 0 ? 'CoreDNS understands its Corefile' : null,
  },
  ...START_FAULTS.map(({ code, words, finding }): Rule => ({
    code,
    layer: 'server',
    find: (e) =>
      ended(e, startErrors(e))
        .filter(({ text }) => words.test(text))
        .map((line) => ({
          certainty: 'seen',
          evidence: `pod ${line.pod} logs: ${line.line}`,
          ...finding(line.text),
        })),
  })),
  {
    code: 'C5',
    layer: 'client',
    find: (e) => {
      const zones = kubernetesPlugin(e)?.zones
      if (zones === undefined || zones.split(/\s+/).includes(e.wanted.domain)) return []
      return [
        {
          certainty: 'seen',
          cause: `CoreDNS serves ${zones}, and not the cluster's own domain ${e.wanted.domain}`,
          evidence: `Corefile: kubernetes ${zones}`,
          subject: 'configmap/coredns',
          cure: `${EDIT}; let the line read kubernetes ${e.wanted.domain} in-addr.arpa ip6.arpa`,
        },
      ]
    },
    ruleOut: (e) => (known(e.corefile) ? `the Corefile serves ${e.wanted.domain}` : null),
  },
  {
    code: 'C6',
    layer: 'client',
    find: (e) => {
      const zones = kubernetesPlugin(e)?.zones
      const asked = e.failure.seen.find((line) => NAME_OF_ADDRESS.test(line))
      if (asked === undefined || zones === undefined || /\barpa\b/.test(zones)) return []
      return [
        {
          certainty: 'seen',
          cause: `CoreDNS serves ${zones} and no reverse zone, so no address has a name`,
          evidence: `Corefile: kubernetes ${zones}; ${asked}`,
          subject: 'configmap/coredns',
          cure: `${EDIT}; let the line read kubernetes ${zones} in-addr.arpa ip6.arpa`,
        },
      ]
    },
  },
  {
    code: 'C8',
    layer: 'server',
    // It stands in the log of every CoreDNS with the chapter's Corefile, and looks like the cause of anything.
    find: () => [],
    ruleOut: (e) =>
      each(e.logs).some(({ lines }) => lines.some(isOwnQuestion))
        ? 'the HINFO error in the log of CoreDNS is its own test for loops, once at its start, and harmless'
        : null,
  },
  {
    code: 'C9',
    layer: 'server',
    find: (e) =>
      upstreamTroubles(e)
        .filter(({ text }) =>
          e.failure.seen.some((line) => line.includes(`: ${nameIn(text)} gives `)),
        )
        .slice(-1)
        .map(({ pod, line, text }) => ({
          certainty: 'seen',
          cause: `CoreDNS asks ${serverIn(text) ?? 'other servers'} for ${nameIn(text)} and gets no answer`,
          evidence: `pod ${pod} logs: ${line}`,
          subject: 'configmap/coredns',
          cure: `${EDIT}; let forward name a server that the workers reach`,
        })),
  },
  {
    code: 'C12',
    layer: 'client',
    find: (e) => {
      const namespaces = /^\s*namespaces[ \t]+(.*)$/m.exec(kubernetesPlugin(e)?.options ?? '')?.[1]
      const served = namespaces?.trim().split(/\s+/) ?? []
      const hidden = ['default', 'kube-system'].filter((one) => !served.includes(one))
      if (served.length === 0 || hidden.length === 0) return []
      return [
        {
          certainty: 'seen',
          cause: `CoreDNS serves only the namespaces ${served.join(', ')}, so names of ${hidden.join(' and ')} do not exist`,
          evidence: `Corefile: namespaces ${served.join(' ')}`,
          subject: 'configmap/coredns',
          cure: `${EDIT}; take the line namespaces out`,
        },
      ]
    },
  },
  {
    code: 'A15',
    layer: 'objects',
    find: (e) => {
      const gone = 'found' in e.corefile && e.corefile.found === null
      if (!gone || !known(e.deployment)) return []
      return [
        {
          certainty: 'seen',
          cause: 'configmap coredns has no Corefile, so the pods of CoreDNS cannot start',
          evidence: 'configmap/coredns: no key Corefile',
          subject: 'configmap/coredns',
          cure: 'npx tsx run.ts --only apply-manifest',
        },
      ]
    },
  },
]

/** The step dns-matrix, of an address that has not the name it should have. */
const NAME_OF_ADDRESS = /: [\d.]+ gives .*, expected \S+\.svc\./

/** The last such line of a CoreDNS that does not serve now: what one that does has said is past. */
function ended(e: Evidence, lines: readonly LogLine[]): readonly LogLine[] {
  const down = corednsPods(e).filter(({ ready }) => !ready)
  return lines.filter(({ pod }) => down.some(({ name }) => name === pod)).slice(-1)
}

/** Zones and options of the plugin that serves the cluster's names; undefined where the Corefile has none. */
function kubernetesPlugin(
  e: Evidence,
): { readonly zones: string; readonly options: string } | undefined {
  const found = /^\s*kubernetes[ \t]+([^\n{]*)(?:\{([^}]*)\})?/m.exec(known(e.corefile) ?? '')
  return found === null ? undefined : { zones: (found[1] ?? '').trim(), options: found[2] ?? '' }
}

/** `example.com.` of `example.com. A: read udp 10.200.0.2:43756->192.0.2.1:53: i/o timeout`. */
function nameIn(text: string): string {
  return text.replace(/ .*$/, '')
}

/** `192.0.2.1:53` of the same; not told where no server is tried any more. */
function serverIn(text: string): string | undefined {
  return /->(\S+): /.exec(text)?.[1]
}

function says(e: Evidence, word: string): boolean {
  const lines = (known(e.corefile) ?? '').split('\n')
  return lines.some((line) => line.trim().split(/\s+/)[0] === word)
}

/** While the Corefile still has the fault no waiting heals it; once it is mended, the next start does. */
function mended(still: boolean, finding: Finding): Finding {
  return still
    ? { ...finding, hopeless: true }
    : { ...finding, cause: `${finding.cause} (mended since)`, cure: RESTART_COREDNS }
}
