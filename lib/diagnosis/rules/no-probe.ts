import { type Evidence, itemsOf, valueOf } from '../../evidence/evidence.ts'
import { BUSYBOX } from '../../dns/busybox-pod.ts'
import { probeOn } from '../../evidence/pods.ts'
import { dnsService } from '../../evidence/serving.ts'
import { type Finding, permanent, rule, type Rule } from '../rule.ts'

/** Nobody is there to ask. */
export const noProbeRules: readonly Rule[] = [
  rule('F13', 'pods', 'Probe pod not there', {
    symptom: 'Nothing can be asked from busybox or a probe any more: exec says "not found".',
    proof: 'No pod has the label by which it is found.',
    cure: 'Run again: that creates it.',
    // Before the chapter has begun that they are not there is no fault.
    find: (e) => {
      if (!('found' in e.pods) || dnsService(e) === undefined) return null
      const { examines } = e.failure
      return [
        examines.includes('busybox') ? noBusybox(e) : null,
        examines.includes('probes') ? workersWithout(e) : null,
      ].flatMap((one) => one ?? [])
    },
  }),
]

/** One that ended is there, and F12. */
function noBusybox(e: Evidence): Finding | null {
  const { key, value, name } = BUSYBOX
  const there = itemsOf(e.pods).some(({ labels, leaving }) => labels[key] === value && !leaving)
  if (there) return null
  return permanent({
    cause: `pod ${name}, from which names are asked, is not there: whoever has deleted it, a run creates it again`,
    evidence: `pods with the label ${key}=${value}: none`,
    subject: `pod/${name}`,
    cure: 'npx tsx run.ts --only busybox-pod',
  })
}

/** Of those that could not be asked from, by what the matrix says. */
function workersWithout(e: Evidence): Finding | null {
  const unasked = (valueOf(e.matrix)?.cells ?? []).flatMap(({ via, worker, notProven }) =>
    via === 'pod' && notProven !== undefined ? [worker] : [],
  )
  const without = [...new Set(unasked)].filter((worker) => probeOn(e, worker) === undefined)
  if (without.length === 0) return null
  const names = without.join(' and ')
  return permanent({
    cause: `no probe is on ${names}, from which names are asked there: whoever has deleted it, a run creates it again`,
    evidence: `probes on ${names}: none`,
    subject: without[0] ?? '',
    cure: 'npx tsx run.ts --only dns-probes',
  })
}
