import type { KubeObject, Selection } from '../../lib/ports/cluster.ts'
import { judgePods, POD_LABEL } from '../../lib/dns/coredns-pods.ts'
import { lookStep } from '../../lib/step-kinds/look-step.ts'
import { StepError } from '../../lib/core/errors.ts'
import type { Chapter } from '../../lib/dns/chapter.ts'
import type { Reading, Step } from '../../lib/ports/step.ts'

const PODS: Selection = {
  apiVersion: 'v1',
  kind: 'Pod',
  namespace: 'kube-system',
  labelSelector: POD_LABEL,
}

export const corednsPods = ({
  inventory: { workers, limits },
}: Pick<Chapter, 'inventory'>): Step<null> => {
  const around = async (on: Reading) => {
    const [deployment, nodes] = await Promise.all([
      on.cluster.get({
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        namespace: 'kube-system',
        name: 'coredns',
      }),
      on.cluster.list({ apiVersion: 'v1', kind: 'Node' }),
    ])
    return (pods: readonly KubeObject[]) => judgePods({ deployment, nodes, pods, workers })
  }
  return {
    ...lookStep({
      id: 'coredns-pods',
      title: 'Wait for the CoreDNS pods on different workers',
      chapter: { section: '14.1', command: 'kubectl get pods --namespace kube-system -o wide' },
      deadlineMs: limits.podsMs,
      satisfied:
        'as many pods as replicas are Running and Ready, on different workers, each with an address of its own worker',
      what: 'CoreDNS pods',
      look: async (on) => (await around(on))(await on.cluster.list(PODS)),
    }),
    // Told by the API server of each change, instead of asking again and again.
    async verify(on) {
      const judge = await around(on)
      return on.cluster.waitFor(
        PODS,
        (pods) => {
          const sight = judge(pods)
          if ('proven' in sight) return sight.proven
          if (sight.hopeless) throw new StepError(sight.hopeless)
          return undefined
        },
        {
          deadlineMs: limits.podsMs,
          what: 'CoreDNS pods',
          signal: on.signal,
          say: on.say,
          describe: (pods) => {
            const sight = judge(pods)
            return 'notYet' in sight ? sight.notYet : []
          },
        },
      )
    },
  }
}
