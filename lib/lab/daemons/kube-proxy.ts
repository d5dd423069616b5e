import type { Worker } from '../../inventory/inventory.ts'
import type { File, Process } from '../../ports/resources.ts'
import { daemonOf } from '../daemon.ts'
import { hostFile } from '../host-file.ts'
import { hostFolder, type Lab, pemsOf } from '../layout.ts'

/** A worker's kube-proxy. */
export function kubeProxy({ layout }: Lab, { name }: Worker): Process {
  const config = `${hostFolder(layout, name)}/kube-proxy-config.yaml`
  const kubeconfig = `${hostFolder(layout, name)}/kube-proxy.kubeconfig`
  return daemonOf(layout, {
    host: name,
    program: 'kube-proxy',
    flags: { config },
    reads: [config, kubeconfig, pemsOf(layout, 'kube-proxy').cert],
    worker: true,
  })
}

/** The configuration file of a worker's kube-proxy. */
export function kubeProxyFile(
  { inventory: { cluster, lab }, layout }: Lab,
  { name }: Worker,
): File {
  return hostFile(layout, name, 'kube-proxy-config.yaml', {
    kind: 'KubeProxyConfiguration',
    apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
    clientConnection: { kubeconfig: `${hostFolder(layout, name)}/kube-proxy.kubeconfig` },
    // Always named: since Kubernetes 1.37 kube-proxy warns where it is not, as its default will change.
    mode: lab.proxy,
    clusterCIDR: cluster.podCIDR,
    hostnameOverride: name,
    // These belong to the whole machine, not to a host of the lab: 0 leaves them alone.
    conntrack: { maxPerCore: 0, min: 0, tcpEstablishedTimeout: '0s', tcpCloseWaitTimeout: '0s' },
  })
}
