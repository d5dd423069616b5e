import type { FaultOf } from '../../lib/faults/fault.ts'
import { workerFault } from '../../lib/faults/worker-fault.ts'
import { binOf } from '../../lib/lab/layout.ts'

export const userChainDrop: FaultOf = (lab) =>
  workerFault(lab, {
    id: 'user-chain-drop',
    code: 'D10',
    title: "Let a firewall's own chain drop DNS that a worker should forward",
    chapter: { section: '9', command: 'nft -f /etc/nftables.conf' },
    requires: 'two workers',
    // Neither kind of kube-proxy touches a table of somebody else.
    resource: ({ name }) => ({
      ...{ kind: 'filter-table', netns: name, name: 'site' },
      lines: [
        'chain guests {',
        'meta l4proto { tcp, udp } th dport 53 counter drop',
        '}',
        'chain forward {',
        'type filter hook forward priority filter; policy accept;',
        'jump guests',
        '}',
      ],
      program: `${binOf(lab.layout, 'nftables')}/nft`,
    }),
    visible: 'chain guests of table inet site, to which forward jumps, drops what goes to port 53',
  })
