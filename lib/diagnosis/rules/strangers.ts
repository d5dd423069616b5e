import { dnsOf, kubectlAt } from '../../evidence/cluster-dns.ts'
import type { Evidence } from '../../evidence/evidence.ts'
import { podSubject, type Stranger, strangerAt } from '../../evidence/pods.ts'
import { countsOf, type DeadEndpoint, deadEndpoints } from '../../evidence/service-ways.ts'
import { dnsService } from '../../evidence/serving.ts'
import { type Finding, permanent, rule, type Rule, seen } from '../rule.ts'

/** Pods behind the Service of cluster DNS that are not those of CoreDNS. */
export const strangerRules: readonly Rule[] = [
  rule('D19', 'service', 'Other pods behind the Service', {
    symptom:
      'Of the lookups from every worker a part gets wrong answers or none, about as many as there are such pods among its endpoints.',
    proof:
      'A pod that the Service selects, and that something else than CoreDNS’s workload has made, answers no worker rightly.',
    cure: 'Take the label that the Service selects off these pods, where they get it from.',
    find: (e) => {
      const all = deadEndpoints(e).flatMap((dead) => {
        const stranger = strangerAt(e, dead.target.address)
        return stranger === undefined ? [] : [{ dead, ...stranger }]
      })
      const byMaker = Map.groupBy(all, makerInWords)
      return [...byMaker.values()].map((same) => foundIn(e, same))
    },
  }),
]

type Dead = Stranger & { readonly dead: DeadEndpoint }

/** What says that a name of the cluster is not there will say so again; silence and SERVFAIL may be a start. */
function foundIn(e: Evidence, same: readonly Dead[]): Finding {
  const [first] = same
  if (first === undefined) throw new RangeError('a group has at least one')
  const wrong = [...new Set(same.flatMap(({ dead }) => dead.wrong))]
  const does = wrong.length === 0 ? 'answers nobody' : `answers ${wrong.join(' and ')}`
  const lasts = wrong.some((one) => one !== 'SERVFAIL')
  return (lasts ? permanent : seen)({
    cause: `the Service ${dnsOf(e).service} leads to pod ${first.pod.name} as well, ${makerInWords(first)}, which ${does}`,
    evidence: same.map(lineOf).join('; '),
    subject: podSubject(first.pod),
    cure: takenOut(e, first),
  })
}

function lineOf({ pod, dead }: Dead): string {
  const labels = Object.entries(pod.labels).map((pair) => pair.join('='))
  return `pod ${pod.name} on ${pod.node ?? '?'}: labels ${labels.join(',')}; ${countsOf(dead)}`
}

/** `of Deployment test-dns` */
function makerInWords({ maker }: Stranger): string {
  return maker == null ? 'that nothing makes' : `of ${maker.kind} ${maker.name}`
}

/** Only these pods leave the Service, and run on. Where what makes them finds them by that label, it cannot be taken off. */
function takenOut(e: Evidence, { pod, maker }: Stranger): string {
  const wanted = Object.keys(dnsService(e)?.selector ?? {})
  const [key = ''] = wanted
  if (maker == null) return `${kubectlAt(e)} label pod ${pod.name} ${key}-`
  const what = `${maker.kind.toLowerCase()} ${maker.name}`
  const own = dnsOf(e).beside?.find(({ kind, name }) => kind === maker.kind && name === maker.name)
  if (own === undefined) {
    return `${kubectlAt(e)} edit ${what}; take the label ${key} out of its pods' template`
  }
  const free = wanted.find((one) => !(one in own.selector))
  if (free === undefined) return `${kubectlAt(e)} scale ${what} --replicas=0`
  const labels = { spec: { template: { metadata: { labels: { [free]: null } } } } }
  return `${kubectlAt(e)} patch ${what} -p '${JSON.stringify(labels)}'`
}
