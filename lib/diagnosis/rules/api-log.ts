import { inLog, linesOn, type LogLine } from '../../evidence/coredns-log.ts'
import { kubernetesIn } from '../../corefile/plugins.ts'
import { dnsOf, kubectlAt, restartDns } from '../../evidence/cluster-dns.ts'
import { corefileText } from '../../evidence/corefile-text.ts'
import { editCorefile } from '../corefile-edit/edit-corefile.ts'
import { otherImage } from '../other-image.ts'
import { type Line, ruleOfLines } from '../line-rule.ts'
import type { Evidence } from '../../evidence/evidence.ts'
import { permanent, rule, type Rule } from '../rule.ts'

const trouble = ruleOfLines('server', { lines: troubles, last: true })
const NOT_READY = 'CoreDNS pods run and never become ready; lookups time out or end with SERVFAIL.'

/** Of B what is known from CoreDNS's own log alone; how a connection fails is in Go's words. */
export const apiLogRules: readonly Rule[] = [
  rule('B16', 'server', 'Corefile names another API server', {
    symptom: NOT_READY,
    proof:
      'CoreDNS logs that it cannot list, and its plugin kubernetes has the option endpoint or kubeconfig.',
    cure: 'Take that option out: in a pod CoreDNS finds the API server and its credentials by itself.',
    find: (e) => {
      const [option] = ownWay(e)
      const said = [...linesOn(e, 'version'), ...linesOn(e, 'api')].at(-1)
      if (option === undefined || said === undefined) return null
      return permanent({
        cause: `CoreDNS asks for what the cluster has as the line ${option} of its Corefile says, and not the Service kubernetes: ${said.text}`,
        evidence: inLog(said),
        ...editCorefile(
          e,
          `take out of its plugin kubernetes: ${ownWay(e).join('; ')}; then ${restartDns(e)}`,
          ownWay(e).map((drop) => ({ drop })),
        ),
      })
    },
  }),
  trouble('B1', 'API server not reachable from pods', {
    symptom: NOT_READY,
    proof: 'CoreDNS logs `i/o timeout` when it dials the API server’s Service address.',
    cure: 'Check the endpoints of the Service kubernetes, then kube-proxy, routes and filters of the pod’s worker.',
    words: /(?:\bdial tcp (\S+))?: i\/o timeout$/,
    finding: (address) => dialing('does not get through to', address),
  }),
  trouble('B2', 'API server refuses connections of pods', {
    symptom: NOT_READY,
    proof: 'CoreDNS logs `connection refused` when it dials the API server’s Service address.',
    cure: 'Check that each endpoint of the Service kubernetes is a running API server.',
    words: /(?:\bdial tcp (\S+))?: connect: connection refused$/,
    finding: (address) => dialing('is refused by', address),
  }),
  trouble('B3', 'No route from pods to the API server', {
    symptom: NOT_READY,
    proof: 'CoreDNS logs `no route to host` or `network is unreachable` for the API server.',
    cure: 'Check the pod’s default route, and filters that reject on its worker and on the controllers.',
    words: /(?:\bdial tcp (\S+))?: connect: (?:no route to host|network is unreachable)$/,
    finding: (address) => dialing('has no way to', address),
  }),
  trouble('B10', 'CoreDNS exits without API server', {
    symptom: 'CoreDNS 1.8.1 to 1.8.3 restarts again and again (CrashLoopBackOff).',
    proof: 'The last line of its log is the failed request for the API server’s version.',
    cure: 'As for B1 to B3: restore the way from pods to the API server.',
    lines: (e) => (ownWay(e).length > 0 ? [] : linesOn(e, 'version').map(line)),
    words: /(?:\bdial tcp (\S+): .*)?$/,
    finding: (address = UNKNOWN) => ({
      cause: `ends at its start, as it cannot ask the API server at ${address} for its version`,
      cure: look,
    }),
  }),
  trouble('B11', 'CoreDNS newer than the cluster', {
    symptom: NOT_READY,
    proof: 'CoreDNS logs `the server could not find the requested resource`.',
    cure: 'Use a CoreDNS version that fits the version of Kubernetes.',
    // apimachinery's, followed by verb and resource where the server itself said nothing.
    words: /^the server could not find the requested resource(?: \(|$)/,
    finding: () => ({
      cause: 'asks for a kind of object that this API server does not have',
      cure: (e) => otherImage(e, dnsOf(e).container),
    }),
  }),
]

const UNKNOWN = 'its address'

function look(e: Evidence): string {
  return `kubectl get endpoints kubernetes; ${kubectlAt(e)} get pod -o wide`
}

function dialing(does: string, address = UNKNOWN) {
  return { cause: `${does} the API server at ${address}`, cure: look }
}

function troubles(e: Evidence): readonly Line[] {
  return ownWay(e).length > 0 ? [] : linesOn(e, 'api').map(line)
}

/** The options of the plugin kubernetes by which it goes another way to an API server than all pods; `tls` only goes with them. */
function ownWay(e: Evidence): readonly string[] {
  const options = kubernetesIn(corefileText(e)).flatMap((one) => one.options)
  const has = options.some(([word = '']) => /^(?:endpoint|kubeconfig)$/.test(word))
  const own = options.filter(([word = '']) => /^(?:endpoint|kubeconfig|tls)$/.test(word))
  return has ? own.map((words) => words.join(' ')) : []
}

function line(of: LogLine): Line {
  const { pod, text } = of
  return {
    text,
    gives: { certainty: 'inferred', evidence: inLog(of), subject: `pod/${pod}` },
    begin: `CoreDNS in pod ${pod} `,
  }
}
