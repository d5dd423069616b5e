import { faultStep } from '../lib/faults/fault-step.ts'
import type { Fault } from '../lib/faults/fault.ts'
import type { Lab } from '../lib/lab/layout.ts'
import type { Step } from '../lib/ports/step.ts'
import { apiServerCertificate } from './faults/api-server-certificate.ts'
import { apiServerDown } from './faults/api-server-down.ts'
import { apiServerExpired } from './faults/api-server-expired.ts'
import { brNetfilterOff } from './faults/br-netfilter-off.ts'
import { clusterIpTaken } from './faults/cluster-ip-taken.ts'
import { containerdStopped } from './faults/containerd-stopped.ts'
import { corefileForwardName } from './faults/corefile-forward-name.ts'
import { corefileLoop } from './faults/corefile-loop.ts'
import { corefileUnknownPlugin } from './faults/corefile-unknown-plugin.ts'
import { duplicatePodCidr } from './faults/duplicate-pod-cidr.ts'
import { etcdMemberStopped } from './faults/etcd-member-stopped.ts'
import { forwardDrop } from './faults/forward-drop.ts'
import { hostResolvConfMissing } from './faults/host-resolv-conf-missing.ts'
import { ipForwardOff } from './faults/ip-forward-off.ts'
import { kubeProxyForbidden } from './faults/kube-proxy-forbidden.ts'
import { kubeProxyStopped } from './faults/kube-proxy-stopped.ts'
import { kubeletCertificateEarly } from './faults/kubelet-certificate-early.ts'
import { kubeletPortFiltered } from './faults/kubelet-port-filtered.ts'
import { kubeletStopped } from './faults/kubelet-stopped.ts'
import { kubeletWrongServer } from './faults/kubelet-wrong-server.ts'
import { largePacketsLost } from './faults/large-packets-lost.ts'
import { memoryLimit } from './faults/memory-limit.ts'
import { missingPermission } from './faults/missing-permission.ts'
import { missingRoute } from './faults/missing-route.ts'
import { noSuchImage } from './faults/no-such-image.ts'
import { schedulersStopped } from './faults/schedulers-stopped.ts'
import { secondCniFile } from './faults/second-cni-file.ts'
import { selectorWithoutMatch } from './faults/selector-without-match.ts'
import { serviceAccountKey } from './faults/service-account-key.ts'
import { unenforcedNetworkPolicy } from './faults/unenforced-network-policy.ts'
import { userChainDrop } from './faults/user-chain-drop.ts'
import { workersTainted } from './faults/workers-tainted.ts'
import { wrongClusterDns } from './faults/wrong-cluster-dns.ts'

/** What can go wrong in each of these, to be put on and taken off again at will. */
export function faults(lab: Lab): readonly Fault[] {
  return [
    duplicatePodCidr(lab), // the chapter's own
    secondCniFile(lab),
    missingRoute(lab),
    ipForwardOff(lab),
    largePacketsLost(lab),
    brNetfilterOff(lab),
    forwardDrop(lab),
    userChainDrop(lab),
    kubeProxyStopped(lab),
    kubeProxyForbidden(lab),
    kubeletStopped(lab),
    kubeletPortFiltered(lab),
    kubeletCertificateEarly(lab),
    kubeletWrongServer(lab),
    containerdStopped(lab),
    wrongClusterDns(lab),
    hostResolvConfMissing(lab),
    etcdMemberStopped(lab),
    apiServerDown(lab),
    apiServerCertificate(lab),
    apiServerExpired(lab),
    serviceAccountKey(lab),
    schedulersStopped(lab),
    missingPermission(lab),
    corefileUnknownPlugin(lab),
    corefileForwardName(lab),
    corefileLoop(lab),
    noSuchImage(lab),
    memoryLimit(lab),
    workersTainted(lab),
    clusterIpTaken(lab),
    selectorWithoutMatch(lab),
    unenforcedNetworkPolicy(lab),
  ]
}

/** The same as steps: `lab break` carries one out, `lab mend` rolls back. */
export function faultSteps(lab: Lab): readonly Step[] {
  return faults(lab).map((fault) => faultStep(fault, lab.inventory.edition))
}
