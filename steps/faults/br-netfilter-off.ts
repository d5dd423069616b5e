import type { Fault } from '../../lib/faults/fault.ts'
import { workerFault } from '../../lib/faults/worker-fault.ts'
import type { Lab } from '../../lib/lab/lab.ts'

const KEY = 'net.bridge.bridge-nf-call-iptables'

export const brNetfilterOff = (lab: Lab): Fault =>
  workerFault(lab, {
    id: 'br-netfilter-off',
    code: 'D9',
    title: "Let answers between pods of one worker bypass kube-proxy's rules",
    chapter: { section: '9', command: `sysctl ${KEY}=0` },
    requires: 'a CoreDNS pod on a worker',
    resource: ({ name }) => ({ kind: 'sysctl', netns: name, key: KEY, value: '0' }),
    visible: `${KEY} is 0`,
  })
