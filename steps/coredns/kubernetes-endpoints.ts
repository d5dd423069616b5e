import { lookStep } from '../../lib/step-kinds/look-step.ts'
import { firstAddress } from '../../lib/inventory/address.ts'
import type { Chapter } from '../../lib/dns/chapter.ts'
import { at, listAt, textAt } from '../../lib/core/json.ts'
import { orWhereRefused } from '../../lib/dns/unless-refused.ts'
import { addressesInSlice, SERVICE_NAME } from '../../lib/objects/endpoint-slice.ts'
import { all, ref } from '../../lib/ports/refs.ts'
import type { Reading } from '../../lib/ports/step.ts'

const PORT = 6443

export const kubernetesEndpoints = ({
  inventory: { target, cluster, controllers, limits },
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
        addressesOf(ctx),
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
      const answers = await Promise.all(
        found.map((one) => ctx.host.inspectTls(one, { ca, identity })),
      )
      const bad = found.flatMap((one, i) => {
        const answer = answers[i]
        return answer?.status === 'bad' ? [`${one}: ${answer.reason}`] : []
      })
      if (bad.length > 0) return { missing: bad, never: badCertificate(bad, identity) }
      const unreached = found.filter((_, i) => answers[i]?.status === 'unreachable')
      // A lab's are on this machine; those of a cluster elsewhere may be reachable from its hosts only.
      if (unreached.length > 0 && target.kind === 'lab') {
        return { missing: unreached.map((one) => `${one} does not answer`) }
      }
      const proof =
        unreached.length > 0 ? `, certificates not proven from here: ${unreached.join(', ')}` : ''
      return { proven: `${found.join(', ')}${proof === '' ? `, all good for ${identity}` : proof}` }
    },
  })

/** By EndpointSlices, else by Endpoints, which a cluster may have ceased to write: `192.168.199.200:6443`, each with each port. */
async function addressesOf({ cluster }: Reading): Promise<readonly string[]> {
  const slices = await orWhereRefused([], () =>
    cluster.list(
      all.endpointSlices({ namespace: 'default', labelSelector: `${SERVICE_NAME}=kubernetes` }),
    ),
  )
  const inSlices = slices.flatMap((slice) =>
    addressesInSlice(slice, { ready: true, withPort: true }),
  )
  if (inSlices.length > 0) return inSlices
  const endpoints = await cluster.get(ref.endpoints('kubernetes'))
  return listAt(endpoints ?? undefined, 'subsets').flatMap((subset) =>
    listAt(subset, 'addresses').flatMap((address) =>
      listAt(subset, 'ports').map(
        (port) => `${textAt(address, 'ip') ?? ''}:${String(Number(at(port, 'port')))}`,
      ),
    ),
  )
}

function badCertificate(bad: readonly string[], identity: string) {
  return {
    problem: `an API server's certificate is not good for ${identity}, under which pods call it`,
    seen: bad,
    cause: `it was issued without ${identity}, by another authority, or it has expired`,
    remedy: `issue kubernetes.pem again with ${identity} among its names and restart that API server`,
  }
}
