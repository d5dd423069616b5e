import { isIP } from 'node:net'
import type { NameCheck } from '../../core/look-data.ts'
import { type Evidence, valueOf } from '../../evidence/evidence.ts'
import { nameInWords } from '../../dns/matrix.ts'
import { type Finding, onHost, permanent, rule, type Rule } from '../rule.ts'

/** Of F what a host's own search list does to the names of its pods. */
export const searchDomainRules: readonly Rule[] = [
  rule('F6', 'client', 'Search domain of the host answers for every name', {
    symptom:
      'Names of the cluster in full, and of the internet, lead to one and the same address; with a dot at their end they are right.',
    proof:
      'A pod’s resolv.conf goes on with domains of its host, and a name in full leads to another address than it should.',
    cure: 'Have the kubelet read a resolv.conf without these domains, and make the worker’s pods again.',
    find: (e) => (valueOf(e.matrix)?.names ?? []).map((name) => shadowed(e, name)),
  }),
]

/** As F5 has it: whoever else reads the host's own file keeps what is in it. */
const WITHOUT_SEARCH =
  "sed -E '/^(search|domain)[[:space:]]/d' /etc/resolv.conf > /etc/resolv.pods.conf"

/** It has fewer dots than ndots, so it is looked for in all domains of the list before it is asked as it stands. */
function shadowed(e: Evidence, name: NameCheck): Finding | null {
  if (name.kind !== 'full' || name.ok || isIP(name.got) === 0) return null
  const { worker } = name
  const { hostSearch = [] } =
    valueOf(e.matrix)?.names.find((one) => one.worker === worker && one.kind === 'resolv.conf') ??
    {}
  if (hostSearch.length === 0) return null
  const domains = hostSearch.join(' ')
  return permanent({
    cause: `pods on ${worker} look for names in ${domains} as well, as its host does, and any name has an answer there: ${name.got}`,
    evidence: `${nameInWords(name)}; resolv.conf of its pods: search … ${domains}`,
    ...onHost(
      worker,
      `${WITHOUT_SEARCH}; set resolvConf: /etc/resolv.pods.conf in kubelet-config.yaml; systemctl restart kubelet; then make its pods again`,
    ),
  })
}
