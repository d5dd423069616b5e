import { firstAddress } from '../../lib/inventory/address.ts'
import { planeOf, reviveControlPlane } from '../../lib/faults/control-plane.ts'
import { see, withFlags } from '../../lib/faults/daemons.ts'
import type { FaultOf } from '../../lib/faults/fault.ts'
import { controllerNamed, spareController } from '../../lib/faults/subjects.ts'
import { pairOf } from '../../lib/lab/layout.ts'
import { apiServerNames } from '../../lib/lab/daemons/api-server.ts'

export const apiServerCertificate: FaultOf = (lab) => {
  const identity = firstAddress(lab.inventory.cluster.serviceCIDR)
  // A pair of its own, so that no key has to be given back.
  const pair = pairOf(lab.layout, 'kubernetes-without-service-address')
  return {
    id: 'api-server-certificate',
    code: 'B4',
    title: `Give an API server a certificate that is not good for ${identity}`,
    chapter: { section: '4', command: 'cfssl gencert -hostname=… kubernetes-csr.json' },
    requires: 'three controllers',
    async plan(ctx) {
      const { name } = await spareController(ctx, lab)
      const { apiServer } = planeOf(lab, name)
      const flags = { 'tls-cert-file': `${pair}.pem`, 'tls-private-key-file': `${pair}-key.pem` }
      return {
        subject: name,
        resources: [
          {
            kind: 'certificate',
            path: pair,
            authority: pairOf(lab.layout, 'ca'),
            commonName: 'kubernetes',
            organization: 'Kubernetes',
            names: apiServerNames(lab.inventory).filter((one) => one !== identity),
          },
          withFlags(apiServer, flags),
        ],
      }
    },
    restartAffected: (ctx, { subject }) => reviveControlPlane(ctx, lab, planeOf(lab, subject)),
    waitUntilVisible: (ctx, subject) =>
      see(ctx, `a certificate on ${subject} without ${identity}`, async () => {
        const { address } = controllerNamed(lab, subject)
        const ca = await ctx.host.readFile(`${pairOf(lab.layout, 'ca')}.pem`)
        const pem = Buffer.from(ca ?? '').toString('utf8')
        const finding = await ctx.host.inspectTls(`${address}:6443`, { ca: pem, identity })
        return finding.status === 'bad' ? `${address}:6443: ${finding.reason}` : undefined
      }),
  }
}
