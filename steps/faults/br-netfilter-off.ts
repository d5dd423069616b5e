import type { FaultOf } from '../../lib/faults/fault.ts'
import { workerFault } from '../../lib/faults/worker-fault.ts'

const KEY = 'net.bridge.bridge-nf-call-iptables'

export const brNetfilterOff: FaultOf = (lab) =>
  workerFault(lab, {
    id: 'br-netfilter-off',
    code: 'D9',
    title: "Let answers between pods of one worker bypass kube-proxy's rules",
    chapter: { section: '9', command: `sysctl ${KEY}=0` },
    requires: 'a CoreDNS pod on a worker',
    resource: ({ name }) => ({ kind: 'sysctl', netns: name, key: KEY, value: '0' }),
    visible: `${KEY} is 0`,
  })
