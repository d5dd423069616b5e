import type { FaultOf } from '../../lib/faults/fault.ts'
import { workerFault } from '../../lib/faults/worker-fault.ts'
import { binOf } from '../../lib/lab/layout.ts'

export const forwardDrop: FaultOf = (lab) =>
  workerFault(lab, {
    id: 'forward-drop',
    code: 'D10',
    title: 'Let a worker drop what it should forward, as Docker does',
    chapter: { section: '9', command: 'iptables -P FORWARD DROP' },
    requires: 'two workers',
    resource: ({ name }) => ({
      kind: 'chain-policy',
      netns: name,
      chain: 'FORWARD',
      policy: 'DROP',
      program: `${binOf(lab.layout, 'iptables')}/iptables`,
    }),
    visible: 'the policy of chain FORWARD is DROP',
  })
