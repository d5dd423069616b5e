import type { Certificate, Resource } from '../../lib/ports/resources.ts'
import { firstAddress } from '../../lib/inventory/address.ts'
import type { Inventory } from '../../lib/inventory/inventory.ts'
import { type Layout, pairOf } from '../../lib/lab/layout.ts'
import { resourceStep } from '../../lib/step-kinds/resource-step.ts'

export const issueCertificates = (inventory: Inventory, layout: Layout) => {
  const { controllers, workers } = inventory.lab
  const issue = (
    name: string,
    commonName: string,
    organization: string,
    names: readonly string[] = [],
  ) =>
    ({
      ...{ kind: 'certificate', path: pairOf(layout, name), commonName, organization, names },
      authority: pairOf(layout, 'ca'),
    }) as const satisfies Certificate
  const resources: Resource[] = [
    { kind: 'folder', path: layout.pki, mode: 0o700 },
    {
      // Not the book's "Kubernetes": but for its case that would be the API servers' own name, and
      // OpenSSL, which ignores case in names, would take their certificate for a self-signed one.
      ...{ kind: 'certificate', path: pairOf(layout, 'ca'), commonName: 'Kubernetes CA' },
      ...{ organization: 'Kubernetes', names: [], authority: null },
    },
    issue('admin', 'admin', 'system:masters'),
    ...workers.map(({ name, address }) =>
      issue(name, `system:node:${name}`, 'system:nodes', [name, address]),
    ),
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
    because: `an authority and ${String(resources.length - 2)} certificates for ${String(controllers.length + workers.length)} hosts`,
  })
}

/** Every name and address under which an API server is asked, the first of the Services included. */
export function apiServerNames({ lab, cluster }: Inventory): readonly string[] {
  const service = ['kubernetes', 'kubernetes.default', 'kubernetes.default.svc']
  return [
    ...lab.controllers.map(({ address }) => address),
    ...[firstAddress(cluster.serviceCIDR), '127.0.0.1'],
    ...[...service, `kubernetes.default.svc.${cluster.domain}`, 'localhost'],
  ]
}
