import type { NodeSeen } from '../../core/look-data.ts'
import { deadOn } from '../../evidence/hosts.ts'
import { type Evidence, itemsOf } from '../../evidence/evidence.ts'
import { type Finding, inferred, onHost, rule, type Rule, seen } from '../rule.ts'

/** Of G what the nodes say of themselves. */
export const nodeRules: readonly Rule[] = [
  rule('G7', 'hosts', 'Node not ready', {
    symptom: 'A node is NotReady though its kubelet runs; no new pod gets there.',
    proof: 'The message of the node’s condition Ready.',
    cure: 'Do what the message says; a container runtime that knows no network is restarted.',
    find: (e) =>
      itemsOf(e.nodes)
        .filter(({ ready, why }) => ready === 'False' && why !== '')
        .map((node) => notReady(e, node)),
    ruleOut: (e) =>
      itemsOf(e.nodes).length > 0 && itemsOf(e.nodes).every(({ ready }) => ready === 'True')
        ? 'every node is ready'
        : null,
  }),
]

function notReady(e: Evidence, { name, why }: NodeSeen): Finding | null {
  // What does not run is told as that.
  if (['kubelet', 'containerd'].some((one) => deadOn(e, one).some(({ host }) => host === name))) {
    return null
  }
  const evidence = `node ${name}: ${why}`
  if (!/cni plugin not initialized/.test(why)) {
    return inItsWords(e, { name, why }, evidence)
  }
  const host = itemsOf(e.hosts).find((one) => one.name === name)
  const first = host?.cni?.[0]
  if (host !== undefined && first === undefined) {
    return seen({
      cause: `the node ${name} is not ready: its container runtime finds no CNI configuration`,
      ...{ evidence, subject: name },
      cure: 'npx tsx run.ts lab up',
    })
  }
  const known = first === undefined ? '' : `, though ${first} is there`
  return seen({
    cause: `the node ${name} is not ready: its container runtime has not read a CNI configuration${known}`,
    evidence,
    ...(e.wanted.target === 'lab'
      ? { subject: name, cure: `kill ${String(host?.runtime ?? '')}; npx tsx run.ts lab up` }
      : onHost(name, 'ls /etc/cni/net.d; systemctl restart containerd')),
  })
}

/** Not ready, for a reason that no rule knows: as the node says it. */
function inItsWords(
  e: Evidence,
  { name, why }: Pick<NodeSeen, 'name' | 'why'>,
  evidence: string,
): Finding {
  const cause = `the node ${name} is not ready: ${why}`
  const runtime = /container runtime is down|PLEG is not healthy/.test(why)
  return inferred(
    runtime && e.wanted.target !== 'lab'
      ? { cause, evidence, ...onHost(name, 'systemctl restart containerd kubelet') }
      : { cause, evidence, subject: `node/${name}`, cure: `kubectl describe node ${name}` },
  )
}
