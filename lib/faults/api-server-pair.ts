import { firstAddress } from '../inventory/address.ts'
import { issued } from '../lab/certificates.ts'
import { apiServerNames } from '../lab/daemons/api-server.ts'
import { type Lab, pairOf } from '../lab/layout.ts'
import type { Certificate } from '../ports/resources.ts'
import { planeOf, reviveControlPlane } from './control-plane.ts'
import { see, withFlags } from './daemons.ts'
import type { Fault } from './fault.ts'
import { controllerNamed, spareController } from './subjects.ts'

/** A fault of an API server: it serves with another certificate. */
export type ApiServerPair = Pick<Fault, 'id' | 'code' | 'title' | 'chapter'> & {
  /** The name of a pair of its own, so that no key has to be given back. */
  readonly pair: string
  /** What is wrong with it, in words: `without 10.32.0.1`. */
  readonly wrong: string
  /** Set where nobody accepts it, by whatever name it is asked. */
  readonly refused?: true
  readonly certificate: Partial<Pick<Certificate, 'names' | 'validity'>>
}

/** Makes a fault of it, of a controller that the others can do without. */
export function apiServerPair(
  lab: Lab,
  { pair: name, wrong, certificate, refused, ...of }: ApiServerPair,
): Fault {
  const pair = pairOf(lab.layout, name)
  const authority = pairOf(lab.layout, 'ca')
  return {
    ...of,
    requires: 'three controllers',
    async plan(ctx) {
      const { name: subject } = await spareController(ctx, lab)
      const { apiServer } = planeOf(lab, subject)
      const flags = { 'tls-cert-file': `${pair}.pem`, 'tls-private-key-file': `${pair}-key.pem` }
      return {
        subject,
        resources: [
          {
            ...issued(lab.layout, name, { commonName: 'kubernetes', organization: 'Kubernetes' }),
            names: apiServerNames(lab.inventory),
            ...certificate,
          },
          withFlags(apiServer, flags),
        ],
      }
    },
    async restartAffected(ctx, { subject, mended }) {
      // What nobody accepts is not waited for.
      if (mended || refused !== true) await reviveControlPlane(ctx, lab, planeOf(lab, subject))
    },
    waitUntilVisible: (ctx, subject) =>
      see(ctx, `a certificate on ${subject} ${wrong}`, async () => {
        const { address } = controllerNamed(lab, subject)
        const ca = Buffer.from((await ctx.host.readFile(`${authority}.pem`)) ?? '').toString('utf8')
        const identity = firstAddress(lab.inventory.cluster.serviceCIDR)
        const finding = await ctx.host.inspectTls(`${address}:6443`, { ca, identity })
        return finding.status === 'bad' ? `${address}:6443: ${finding.reason}` : undefined
      }),
  }
}
