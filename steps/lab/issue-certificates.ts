import type { Resource } from '../../lib/ports/resources.ts'
import { issued, kubeletCertificate } from '../../lib/lab/certificates.ts'
import { apiServerNames } from '../../lib/lab/daemons/api-server.ts'
import { type Lab, pairOf } from '../../lib/lab/layout.ts'
import { resourceStep } from '../../lib/step-kinds/resource-step.ts'

export const issueCertificates = ({ inventory, layout }: Lab) => {
  const { controllers, workers } = inventory.lab
  const issue = (
    name: string,
    commonName: string,
    organization: string,
    names: readonly string[] = [],
  ) => issued(layout, name, { commonName, organization, names })
  const resources: Resource[] = [
    { kind: 'folder', path: layout.pki, mode: 0o700 },
    {
      // Not the book's "Kubernetes": but for its case that would be the API servers' own name, and
      // OpenSSL, which ignores case in names, would take their certificate for a self-signed one.
      kind: 'certificate',
      path: pairOf(layout, 'ca'),
      commonName: 'Kubernetes CA',
      organization: 'Kubernetes',
      names: [],
      authority: null,
    },
    issue('admin', 'admin', 'system:masters'),
    ...workers.map((worker) => kubeletCertificate({ layout }, worker)),
    ...['kube-controller-manager', 'kube-scheduler'].map((name) =>
      // They also serve with it: their health is asked over the network.
      issue(
        name,
        `system:${name}`,
        `system:${name}`,
        controllers.map(({ address }) => address),
      ),
    ),
    issue('kube-proxy', 'system:kube-proxy', 'system:node-proxier'),
    issue('kubernetes', 'kubernetes', 'Kubernetes', apiServerNames(inventory)),
    issue('service-account', 'service-accounts', 'Kubernetes'),
  ]
  return resourceStep({
    id: 'issue-certificates',
    title: 'Issue the certificates',
    chapter: { section: '4', command: 'cfssl gencert -initca ca-csr.json | cfssljson -bare ca; …' },
    touches: [],
    resources,
    because: `an authority and ${resources.length - 2} certificates for ${controllers.length + workers.length} hosts`,
  })
}
