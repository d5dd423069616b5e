import type { FaultOf } from '../../lib/faults/fault.ts'
import { workerFault } from '../../lib/faults/worker-fault.ts'
import { binOf } from '../../lib/lab/layout.ts'

export const kubeletPortFiltered: FaultOf = (lab) =>
  workerFault(lab, {
    id: 'kubelet-port-filtered',
    code: 'G6',
    title: "Let a worker's firewall keep everybody from the kubelet's port",
    chapter: { section: '9', command: 'nft -f /etc/nftables.conf' },
    requires: 'a worker',
    resource: ({ name }) => ({
      ...{ kind: 'filter-table', netns: name, name: 'host' },
      lines: [
        'chain input {',
        'type filter hook input priority filter; policy accept;',
        'tcp dport 10250 counter drop',
        '}',
      ],
      program: `${binOf(lab.layout, 'nftables')}/nft`,
    }),
    visible: 'the input chain of table inet host drops what goes to port 10250',
  })
