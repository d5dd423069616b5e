import { slowOnes } from '../../lib/core/timed-answers.ts'
import { isStarting } from '../../lib/lab/daemon.ts'
import { lookStep } from '../../lib/step-kinds/look-step.ts'
import { firstAddress } from '../../lib/inventory/address.ts'
import { apiServerAddresses, shakeHands } from '../../lib/dns/api-servers.ts'
import type { Chapter } from '../../lib/dns/chapter.ts'
import { textAt } from '../../lib/core/json.ts'
import { ref } from '../../lib/ports/refs.ts'

const PORT = 6443

export const kubernetesEndpoints = ({
  inventory: { target, lab, cluster, controllers, limits },
}: Pick<Chapter, 'inventory'>) =>
  lookStep({
    id: 'kubernetes-endpoints',
    title: 'Look at the endpoints of kubernetes',
    chapter: { section: '14.2', command: 'kubectl get endpoints kubernetes' },
    touches: ['hosts', 'objects', 'server'],
    examines: ['endpoints'],
    satisfied: 'they are exactly the controllers, each with a certificate good for that ClusterIP',
    deadlineMs: limits.endpointsMs,
    what: 'the endpoints of kubernetes',
    async look(ctx) {
      const [found, authority] = await Promise.all([
        apiServerAddresses(ctx),
        ctx.cluster.get(ref.configMap('kube-root-ca.crt', 'kube-system')),
      ])
      const expected =
        controllers.length === 0
          ? found
          : controllers.map(({ address }) => `${address}:${String(PORT)}`)
      const missing = [
        ...expected
          .filter((one) => !found.includes(one))
          .map((one) => `${one} is not among the endpoints`),
        ...found
          .filter((one) => !expected.includes(one))
          .map((one) => `${one} is among the endpoints and no controller of the inventory`),
      ]
      if (found.length === 0) return { missing: ['service/kubernetes has no endpoints'] }
      if (missing.length > 0) return { missing }
      const ca = textAt(authority ?? undefined, 'data', 'ca.crt')
      if (ca === undefined) return { missing: ['configmap/kube-root-ca.crt has no ca.crt yet'] }
      const identity = firstAddress(cluster.serviceCIDR)
      const here = target.kind === 'lab'
      const { bad, dead, unreached, good } = await shakeHands(ctx, found, { ca, identity, here })
      if (bad.length > 0) return { missing: bad, never: badCertificate(bad, identity) }
      if (dead.length > 0) {
        return { missing: dead.map((one) => `${one} does not answer`) }
      }
      const proof =
        unreached.length > 0
          ? `, certificates not proven from here: ${unreached.join(', ')}`
          : `, all good for ${identity}`
      const slow = await slowOnes(
        ctx.clock,
        good,
        async () => here && (await isStarting(ctx, lab.name)),
      )
      return { proven: `${found.join(', ')}${proof}${slow}` }
    },
  })

function badCertificate(bad: readonly string[], identity: string) {
  return {
    problem: `an API server's certificate is not good for ${identity}, under which pods call it`,
    seen: bad,
    cause: `it was issued without ${identity}, by another authority, or it has expired`,
    remedy: `issue kubernetes.pem again with ${identity} among its names and restart that API server`,
  }
}
