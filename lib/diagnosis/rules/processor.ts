import type { ContainerSeen, PodSeen } from '../../core/look-data.ts'
import { kubectlAt, workloadAt } from '../../evidence/cluster-dns.ts'
import type { Evidence } from '../../evidence/evidence.ts'
import { corednsPods, podSubject } from '../../evidence/pods.ts'
import { deadEndpoints } from '../../evidence/service-ways.ts'
import { type Finding, inferred, rule, type Rule } from '../rule.ts'

/** Of A what lets CoreDNS run, and too slowly. */
export const processorRules: readonly Rule[] = [
  rule('A26', 'pods', 'Too little processor time', {
    symptom:
      'CoreDNS runs, and answers late or never; its probes time out, and it is started again and again.',
    proof: 'The container has a CPU limit of 50m or less, and is not ready, or answers no worker.',
    cure: 'Raise the CPU limit, or take it off.',
    find: (e) => corednsPods(e).map((pod) => starved(e, pod)),
  }),
]

/** Of a processor. CoreDNS asks for 0.1 in everybody's manifest; with half of it, it still answers some. */
const FEW = 0.05

/** The container that may use so little of a processor that it cannot be expected to answer in time. */
export function starvedIn({ containers }: PodSeen): ContainerSeen | undefined {
  return containers.find(({ cpuLimit }) => cpuLimit !== undefined && processors(cpuLimit) <= FEW)
}

/** `100m` or `0.1` */
function processors(quantity: string): number {
  const [, number = '', milli] = /^([\d.]+)(m?)$/.exec(quantity) ?? []
  return number === '' ? Infinity : Number(number) / (milli === 'm' ? 1000 : 1)
}

function starved(e: Evidence, pod: PodSeen): Finding | null {
  const container = starvedIn(pod)
  const runs = container?.waiting === null && pod.phase === 'Running'
  if (container?.cpuLimit === undefined || !runs) return null
  const silent = deadEndpoints(e).some(
    ({ target, wrong }) => target.address === pod.ip && wrong.length === 0,
  )
  if (pod.ready && !silent) return null
  return inferred({
    cause: `container ${container.name} may use no more than ${container.cpuLimit} of a processor, so it does not answer in time`,
    evidence: `pod ${pod.name}: ${pod.ready ? 'Ready, and no answer of it came' : 'not ready'}; CPU limit ${container.cpuLimit}`,
    subject: podSubject(pod),
    cure: `${kubectlAt(e)} set resources ${workloadAt(e)} -c ${container.name} --limits=cpu=1`,
  })
}
