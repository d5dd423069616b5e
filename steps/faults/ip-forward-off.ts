import type { FaultOf } from '../../lib/faults/fault.ts'
import { workerFault } from '../../lib/faults/worker-fault.ts'

export const ipForwardOff: FaultOf = (lab) =>
  workerFault(lab, {
    id: 'ip-forward-off',
    code: 'E5',
    title: 'Let a worker forward nothing between its pods and the network',
    chapter: { section: '3', command: 'sysctl net.ipv4.ip_forward=0' },
    requires: 'two workers',
    resource: ({ name }) => ({
      kind: 'sysctl',
      netns: name,
      key: 'net.ipv4.ip_forward',
      value: '0',
    }),
    visible: 'net.ipv4.ip_forward is 0',
  })
