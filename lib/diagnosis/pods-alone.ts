import type { KubeObject } from '../ports/cluster.ts'
import type { Explanation } from '../core/errors.ts'
import type { Evidence, Wanted } from './evidence.ts'
import { hopelessBy } from './explain.ts'
import { nodeSeen, podSeen } from './read-pods.ts'

/** What a wait for pods has at hand: nothing else is asked. */
export interface PodsAlone {
  readonly step: string
  /** What is wrong, where one of the causes is found. */
  readonly problem: string
  readonly pods: readonly KubeObject[]
  readonly nodes?: readonly KubeObject[]
  readonly workers?: Wanted['workers']
}

/** Why these pods will never be as wanted, by the same rules as all causes; null while there is hope. */
export function hopelessPods({
  step,
  problem,
  pods,
  nodes,
  workers = [],
}: PodsAlone): Explanation | null {
  const dark = { notLooked: 'only the pods were looked at' }
  const evidence: Evidence = {
    failure: { step, problem, seen: [] },
    // A registry may always be reached later, for all that is known here.
    wanted: { ...NOTHING, workers },
    pods: { found: pods.map(podSeen) },
    nodes: nodes === undefined ? dark : { found: nodes.map(nodeSeen) },
    ...{ deployment: dark, replicaSets: dark, services: dark, endpoints: dark, corefile: dark },
    ...{ access: dark, policies: dark, events: dark, logs: dark, kubelets: dark },
    ...{ apiServers: dark, signer: dark, hosts: dark, workerNetworks: dark },
    ...{ matrix: dark, arrivals: dark },
  }
  return hopelessBy(evidence)
}

const NOTHING: Wanted = {
  target: 'cluster',
  ...{ domain: '', podCIDR: '', serviceCIDR: '', dnsAddress: '' },
  ...{ controllers: [], workers: [] },
}
