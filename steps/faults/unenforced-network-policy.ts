import { type KubeObject, refOf } from '../../lib/ports/cluster.ts'
import { see } from '../../lib/faults/daemons.ts'
import type { FaultOf } from '../../lib/faults/fault.ts'

/** Nothing may come in or go out, if only somebody enforced it. */
const POLICIES = ['kube-system', 'default'].map((namespace): KubeObject => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name: 'deny-all', namespace },
  spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
}))

export const unenforcedNetworkPolicy: FaultOf = () => ({
  id: 'unenforced-network-policy',
  // The plain bridge plugin enforces no policy: whoever blames this one (D16) is wrong.
  code: null,
  title: 'Forbid all traffic by a NetworkPolicy that nobody enforces',
  chapter: { section: '14.1', command: 'kubectl apply -f deny-all.yaml' },
  requires: 'nothing; it breaks nothing and must not be blamed',
  plan: () => Promise.resolve({ subject: 'deny-all', objects: POLICIES }),
  waitUntilVisible: (ctx) =>
    see(ctx, 'the policies', async () => {
      const found = await Promise.all(POLICIES.map((policy) => ctx.cluster.get(refOf(policy))))
      return found.includes(null) ? undefined : 'deny-all is there, and nothing enforces it'
    }),
})
