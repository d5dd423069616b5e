import { apiServerPair } from '../../lib/faults/api-server-pair.ts'
import type { FaultOf } from '../../lib/faults/fault.ts'
import { firstAddress } from '../../lib/inventory/address.ts'
import { apiServerNames } from '../../lib/lab/daemons/api-server.ts'

export const apiServerCertificate: FaultOf = (lab) => {
  const identity = firstAddress(lab.inventory.cluster.serviceCIDR)
  return apiServerPair(lab, {
    id: 'api-server-certificate',
    code: 'B4',
    title: `Give an API server a certificate that is not good for ${identity}`,
    chapter: { section: '4', command: 'cfssl gencert -hostname=… kubernetes-csr.json' },
    pair: 'kubernetes-without-service-address',
    wrong: `without ${identity}`,
    certificate: { names: apiServerNames(lab.inventory).filter((one) => one !== identity) },
  })
}
