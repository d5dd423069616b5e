import { apiServerPair } from '../../lib/faults/api-server-pair.ts'
import type { FaultOf } from '../../lib/faults/fault.ts'

export const apiServerExpired: FaultOf = (lab) =>
  apiServerPair(lab, {
    id: 'api-server-expired',
    code: 'B7',
    title: "Let an API server's certificate expire",
    chapter: { section: '4', command: 'cfssl gencert …, a year and more ago' },
    pair: 'kubernetes-expired',
    wrong: 'that has expired',
    refused: true,
    certificate: { validity: 'over' },
  })
