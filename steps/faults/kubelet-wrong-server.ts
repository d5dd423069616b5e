import type { FaultOf } from '../../lib/faults/fault.ts'
import { kubeletFault } from '../../lib/faults/kubelet-fault.ts'
import { seeNodeNotReady } from '../../lib/faults/nodes.ts'
import { kubeletKubeconfig, LOCAL_SERVER } from '../../lib/lab/kubeconfig.ts'

export const kubeletWrongServer: FaultOf = (lab) =>
  kubeletFault(lab, {
    id: 'kubelet-wrong-server',
    code: 'G10',
    title: "Name an address in a kubelet's kubeconfig where no API server is",
    chapter: {
      section: '5',
      command: `kubectl config set-cluster … --server=${LOCAL_SERVER} --kubeconfig=k8sworker0.kubeconfig`,
    },
    requires: 'a worker',
    // Right for what runs on the controllers.
    reads: ({ name }) => [kubeletKubeconfig(lab.layout, name, LOCAL_SERVER)],
    waitUntilVisible: seeNodeNotReady,
  })
