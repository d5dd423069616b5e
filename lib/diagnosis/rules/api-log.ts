import { apiTroubles, type LogLine, versionTroubles } from '../coredns-log.ts'
import type { Finding, Rule } from '../rule.ts'

/** How a connection to the API server fails, in Go's words. */
interface DialTrouble {
  readonly code: string
  readonly words: RegExp
  /** Completes `CoreDNS in pod coredns-x … the API server at 10.32.0.1:443`. */
  readonly does: string
}

const DIAL_TROUBLES: readonly DialTrouble[] = [
  { code: 'B1', words: /: i\/o timeout$/, does: 'does not get through to' },
  { code: 'B2', words: /: connect: connection refused$/, does: 'is refused by' },
  {
    code: 'B3',
    words: /: connect: (?:no route to host|network is unreachable)$/,
    does: 'has no way to',
  },
]

/** apimachinery's, followed by verb and resource where the server itself said nothing. */
const UNKNOWN_KIND = /^the server could not find the requested resource(?: \(|$)/

/** Of B what is known from CoreDNS's own log alone. */
export const apiLogRules: readonly Rule[] = [
  ...DIAL_TROUBLES.map(({ code, words, does }): Rule => ({
    code,
    layer: 'server',
    find: (e) =>
      apiTroubles(e)
        .filter(({ text }) => words.test(text))
        .slice(-1)
        .map((line) => told(line, `${does} the API server at ${addressIn(line)}`)),
  })),
  {
    code: 'B10',
    layer: 'server',
    find: (e) =>
      versionTroubles(e)
        .slice(-1)
        .map((line) =>
          told(
            line,
            `ends at its start, as it cannot ask the API server at ${addressIn(line)} for its version`,
          ),
        ),
  },
  {
    code: 'B11',
    layer: 'server',
    find: (e) =>
      apiTroubles(e)
        .filter(({ text }) => UNKNOWN_KIND.test(text))
        .slice(-1)
        .map((line) => ({
          ...told(line, 'asks for a kind of object that this API server does not have'),
          cure: 'kubectl version; kubectl -n kube-system set image deployment/coredns coredns=coredns/coredns:1.6.2',
        })),
  },
]

function told({ pod, line }: LogLine, does: string): Finding {
  return {
    certainty: 'inferred',
    cause: `CoreDNS in pod ${pod} ${does}`,
    evidence: `pod ${pod} logs: ${line}`,
    subject: `pod/${pod}`,
    cure: 'kubectl get endpoints kubernetes; kubectl -n kube-system get pod -o wide',
  }
}

function addressIn({ text }: LogLine): string {
  return /\bdial tcp (\S+): /.exec(text)?.[1] ?? 'its address'
}
