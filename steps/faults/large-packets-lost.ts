import type { FaultOf } from '../../lib/faults/fault.ts'
import { portOf } from '../../lib/lab/network.ts'
import { workerFault } from '../../lib/faults/worker-fault.ts'

/** Less than the bridge of the pods takes, and more than a short answer has. */
const BYTES = 1300

export const largePacketsLost: FaultOf = (lab) =>
  workerFault(lab, {
    id: 'large-packets-lost',
    code: 'E7',
    title: 'Let a worker take smaller packets than its pods are sent',
    chapter: { section: '3', command: `ip link set dev eth0 mtu ${String(BYTES)}` },
    requires: 'two workers',
    resource: ({ name }) => ({
      ...{ kind: 'packet-size', netns: name, link: 'eth0', bytes: BYTES },
      port: portOf(lab, name),
    }),
    visible: `the mtu of eth0 is ${String(BYTES)}`,
  })
