import type { OnConflict } from '../lib/core/change.ts'
import type { Inventory } from '../lib/inventory/inventory.ts'
import type { Layout } from '../lib/lab/layout.ts'
import type { ProbeImage } from '../lib/dns/probe-image.ts'
import { faultStep } from '../lib/faults/fault-step.ts'
import type { Fault } from '../lib/faults/fault.ts'
import type { Step } from '../lib/ports/step.ts'
import { applyManifest } from './coredns/apply-manifest.ts'
import { busyboxPod } from './coredns/busybox-pod.ts'
import { corednsPods } from './coredns/coredns-pods.ts'
import { dnsMatrix } from './coredns/dns-matrix.ts'
import { dnsProbes } from './coredns/dns-probes.ts'
import { downloadManifest } from './coredns/download-manifest.ts'
import { kubernetesEndpoints } from './coredns/kubernetes-endpoints.ts'
import { kubernetesService } from './coredns/kubernetes-service.ts'
import { lookupKubernetes } from './coredns/lookup-kubernetes.ts'
import { podName } from './coredns/pod-name.ts'
import { resolvConf } from './coredns/resolv-conf.ts'
import { apiServerCertificate } from './faults/api-server-certificate.ts'
import { apiServerDown } from './faults/api-server-down.ts'
import { brNetfilterOff } from './faults/br-netfilter-off.ts'
import { clusterIpTaken } from './faults/cluster-ip-taken.ts'
import { containerdStopped } from './faults/containerd-stopped.ts'
import { corefileLoop } from './faults/corefile-loop.ts'
import { corefileUnknownPlugin } from './faults/corefile-unknown-plugin.ts'
import { duplicatePodCidr } from './faults/duplicate-pod-cidr.ts'
import { forwardDrop } from './faults/forward-drop.ts'
import { ipForwardOff } from './faults/ip-forward-off.ts'
import { kubeProxyStopped } from './faults/kube-proxy-stopped.ts'
import { kubeletStopped } from './faults/kubelet-stopped.ts'
import { memoryLimit } from './faults/memory-limit.ts'
import { missingPermission } from './faults/missing-permission.ts'
import { missingRoute } from './faults/missing-route.ts'
import { noSuchImage } from './faults/no-such-image.ts'
import { selectorWithoutMatch } from './faults/selector-without-match.ts'
import { serviceAccountKey } from './faults/service-account-key.ts'
import { unenforcedNetworkPolicy } from './faults/unenforced-network-policy.ts'
import { workersTainted } from './faults/workers-tainted.ts'
import { wrongClusterDns } from './faults/wrong-cluster-dns.ts'
import { addPodRoutes } from './lab/add-pod-routes.ts'
import { allowKubeletAccess } from './lab/allow-kubelet-access.ts'
import { checkMachine } from './lab/check-machine.ts'
import { createHosts } from './lab/create-hosts.ts'
import { importImages } from './lab/import-images.ts'
import { installPrograms } from './lab/install-programs.ts'
import { issueCertificates } from './lab/issue-certificates.ts'
import { makeImages } from './lab/make-images.ts'
import { startContainerRuntimes } from './lab/start-container-runtimes.ts'
import { startApiServers } from './lab/start-api-servers.ts'
import { startControllers } from './lab/start-controllers.ts'
import { startEtcd } from './lab/start-etcd.ts'
import { startWorkers } from './lab/start-workers.ts'
import { writeEncryptionConfig } from './lab/write-encryption-config.ts'
import { writeKubeconfigs } from './lab/write-kubeconfigs.ts'

/** The earlier chapters: a cluster built by hand, on one machine. The order exists only here. */
export function labSteps(inventory: Inventory, layout: Layout): readonly Step[] {
  return [
    checkMachine(inventory, layout), // before anything is changed
    installPrograms(layout), // may take minutes where they have to be built
    makeImages(), // from the programs just installed
    createHosts(inventory, layout), // network, cgroups, folders
    issueCertificates(inventory, layout), // everything below speaks TLS
    writeKubeconfigs(inventory, layout), // who asks which API server
    writeEncryptionConfig(layout), // read by the API servers at start
    startEtcd(inventory, layout), // the API servers' memory
    startContainerRuntimes(inventory, layout), // needs no control plane, so it comes up meanwhile
    startApiServers(inventory, layout),
    startControllers(inventory, layout), // they give up at once where no API server answers
    allowKubeletAccess(), // logs and exec go from API server to kubelet
    importImages(inventory, layout), // the workers have no registry to pull from
    addPodRoutes(inventory), // before the first pod, so that none sees a half network
    startWorkers(inventory, layout),
  ]
}

/** Where the chapter's file lies, which image its client has, and what others' values are worth. */
export interface ChapterPlaces {
  readonly path: string
  readonly kept: string
  readonly image: ProbeImage
  readonly onConflict?: OnConflict | undefined
}

/** Chapter 14 itself, command by command. */
export function chapterSteps(inventory: Inventory, places: ChapterPlaces): readonly Step[] {
  return [
    downloadManifest(inventory, places),
    applyManifest(places), // the only step that changes what the cluster serves
    corednsPods(inventory), // where the chapter's own cluster went wrong
    busyboxPod(inventory, places.image), // somebody has to ask
    podName(inventory),
    lookupKubernetes(inventory), // the chapter's proof
    kubernetesService(inventory), // that the answer was right
    kubernetesEndpoints(inventory), // and leads somewhere
    resolvConf(inventory), // why the short name was enough
    dnsProbes(inventory, places.image), // one lookup proves one path
    dnsMatrix(inventory), // all the others
  ]
}

/** What can go wrong in each of these, to be put on and taken off again at will. */
export function faults(
  inventory: Inventory,
  layout: Layout,
  manifest: { readonly path: string },
): readonly Fault[] {
  return [
    duplicatePodCidr(inventory, layout, manifest), // the chapter's own
    missingRoute(inventory),
    ipForwardOff(inventory),
    brNetfilterOff(inventory),
    forwardDrop(inventory, layout),
    kubeProxyStopped(inventory, layout),
    kubeletStopped(inventory, layout),
    containerdStopped(inventory, layout),
    wrongClusterDns(inventory, layout),
    apiServerDown(inventory, layout),
    apiServerCertificate(inventory, layout),
    serviceAccountKey(inventory, layout, manifest),
    missingPermission(manifest),
    corefileUnknownPlugin(manifest),
    corefileLoop(manifest),
    noSuchImage(manifest),
    memoryLimit(manifest),
    workersTainted(inventory),
    clusterIpTaken(manifest),
    selectorWithoutMatch(manifest),
    unenforcedNetworkPolicy(),
  ]
}

/** The same as steps: `lab break` carries one out, `lab mend` rolls back. */
export function faultSteps(...of: Parameters<typeof faults>): readonly Step[] {
  return faults(...of).map(faultStep)
}
