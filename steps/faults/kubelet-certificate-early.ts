import { see } from '../../lib/faults/daemons.ts'
import type { FaultOf } from '../../lib/faults/fault.ts'
import { kubeletFault } from '../../lib/faults/kubelet-fault.ts'
import { workerNamed } from '../../lib/faults/subjects.ts'
import { kubeletCertificate } from '../../lib/lab/certificates.ts'
import { kubeletFile } from '../../lib/lab/daemons/kubelet.ts'
import { pairOf, pemsOf } from '../../lib/lab/layout.ts'

export const kubeletCertificateEarly: FaultOf = (lab) => {
  const nameOf = (worker: string): string => `${worker}-of-tomorrow`
  return kubeletFault(lab, {
    id: 'kubelet-certificate-early',
    code: 'G4',
    title: 'Give a kubelet a certificate that was issued by a clock ahead of all others',
    chapter: { section: '4', command: 'cfssl gencert …, on a host with a wrong clock' },
    requires: 'a worker',
    reads: (worker) => {
      const own = pemsOf(lab.layout, worker.name)
      // A pair of its own, so that no key has to be given back.
      const early = pemsOf(lab.layout, nameOf(worker.name))
      const { text, ...file } = kubeletFile(lab, worker)
      return [
        {
          ...kubeletCertificate(lab, worker),
          path: pairOf(lab.layout, nameOf(worker.name)),
          validity: 'to come',
        },
        { ...file, text: text.replace(own.cert, early.cert).replace(own.key, early.key) },
      ]
    },
    waitUntilVisible: (ctx, subject) =>
      see(ctx, `a certificate on ${subject} that is not valid yet`, async () => {
        const { address } = workerNamed(lab, subject)
        const { cert } = pemsOf(lab.layout, 'ca')
        const ca = Buffer.from((await ctx.host.readFile(cert)) ?? '').toString('utf8')
        const finding = await ctx.host.inspectTls(`${address}:10250`, { ca, identity: address })
        return finding.status === 'bad' ? `${address}:10250: ${finding.reason}` : undefined
      }),
  })
}
