import { RESTART_COREDNS } from '../cure.ts'
import type { Evidence, ReplicaSetSeen } from '../evidence.ts'
import { each, known } from '../evidence.ts'
import type { Finding, Rule } from '../rule.ts'

/** Why the API server makes no pod for a ReplicaSet; nothing of it goes by itself. */
interface Refusal {
  readonly code: string
  readonly words: RegExp
  /** Given what the groups of `words` matched. */
  readonly finding: (...found: readonly string[]) => Pick<Finding, 'cause' | 'subject' | 'cure'>
  /** Where words alone could be of a moment that has passed. */
  readonly still?: (e: Evidence) => boolean
}

/** In the words of the admission plugins of Kubernetes. */
const REFUSALS: readonly Refusal[] = [
  {
    code: 'A11',
    words: /\bexceeded quota: ([^,]+), (requested: .*)$/,
    finding: (quota = '', numbers = '') => ({
      cause: `the quota ${quota} of kube-system leaves no room for the pods of CoreDNS: ${numbers}`,
      subject: `resourcequota/${quota}`,
      cure: `kubectl -n kube-system describe resourcequota ${quota}; kubectl -n kube-system edit resourcequota ${quota}`,
    }),
  },
  {
    code: 'A12',
    words: /\bno PriorityClass with name (\S+) was found/,
    finding: (name = '') => ({
      cause: `the pods of CoreDNS ask for the priority class ${name}, which is not there`,
      subject: `priorityclass/${name}`,
      cure: 'kubectl get priorityclasses; kubectl -n kube-system edit deployment coredns',
    }),
  },
  {
    code: 'A14',
    words: /\berror looking up service account \S+: serviceaccount "([^"]+)" not found/,
    still: (e) => known(e.access)?.serviceAccount === false,
    finding: (name = '') => ({
      cause: `there is no service account ${name}, under which the pods of CoreDNS are to run`,
      subject: `serviceaccount/${name}`,
      cure: 'npx tsx run.ts --only apply-manifest',
    }),
  },
  {
    code: 'A17',
    words: /\bviolates PodSecurity "([^"]+)": (.*)$/,
    finding: (level = '', why = '') => ({
      cause: `kube-system allows only pods of the level ${level}, which those of CoreDNS are not: ${why}`,
      subject: 'namespace/kube-system',
      cure: 'kubectl label namespace kube-system pod-security.kubernetes.io/enforce-',
    }),
  },
]

/** Of A what keeps pods from being made at all. */
export const refusalRules: readonly Rule[] = REFUSALS.map(({ code, words, finding, still }) => ({
  code,
  layer: 'objects',
  find: (e) =>
    refused(e).flatMap(({ name, failure }) => {
      const match = words.exec(failure ?? '')
      if (match === null || still?.(e) === false) return []
      return [
        {
          certainty: 'seen',
          evidence: `replicaset ${name}: ${failure ?? ''}`,
          ...mended(finding(...match.slice(1))),
          hopeless: true,
        },
      ]
    }),
}))

/** Refused often, a ReplicaSet tries again only after minutes; a new one does so at once. */
function mended(told: ReturnType<Refusal['finding']>): typeof told {
  return { ...told, cure: `${told.cure}; ${RESTART_COREDNS}` }
}

/** Those of CoreDNS that want pods. */
function refused(e: Evidence): readonly ReplicaSetSeen[] {
  return each(e.replicaSets).filter(
    ({ name, wanted, failure }) => failure !== null && wanted > 0 && name.startsWith('coredns-'),
  )
}
