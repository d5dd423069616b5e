import type { Worker } from '../inventory/inventory.ts'
import type { Certificate } from '../ports/resources.ts'
import { type Lab, type Layout, pairOf } from './layout.ts'

/** A certificate of the lab's authority, in the pair of that name below pki. */
export function issued(
  layout: Layout,
  name: string,
  subject: Pick<Certificate, 'commonName' | 'organization'> & Partial<Pick<Certificate, 'names'>>,
): Certificate {
  const [path, authority] = [pairOf(layout, name), pairOf(layout, 'ca')]
  return { kind: 'certificate', path, names: [], authority, ...subject }
}

/** The one that a worker's kubelet shows, and asks the API server with. */
export function kubeletCertificate({ layout }: Pick<Lab, 'layout'>, { name, address }: Worker) {
  const subject = { commonName: `system:node:${name}`, organization: 'system:nodes' }
  return issued(layout, name, { ...subject, names: [name, address] })
}
