import type { Worker } from '../../inventory/inventory.ts'
import type { File, Process } from '../../ports/resources.ts'
import { daemonOf } from '../daemon.ts'
import type { Lab } from '../lab.ts'
import { hostFolder, pairOf } from '../layout.ts'
import { jsonText } from './json-text.ts'

/** A worker's kube-proxy. */
export function kubeProxy({ layout }: Lab, { name }: Worker): Process {
  const config = `${hostFolder(layout, name)}/kube-proxy-config.yaml`
  return daemonOf(layout, {
    host: name,
    program: 'kube-proxy',
    flags: { config },
    reads: [config, `${pairOf(layout, 'kube-proxy')}.pem`],
    worker: true,
  })
}

/** The configuration file of a worker's kube-proxy. */
export function kubeProxyFile(lab: Lab, worker: Worker): File {
  return {
    kind: 'file',
    path: `${hostFolder(lab.layout, worker.name)}/kube-proxy-config.yaml`,
    mode: 0o644,
    text: jsonText(kubeProxyConfig(lab, worker)),
  }
}

function kubeProxyConfig({ inventory: { cluster }, layout }: Lab, { name }: Worker): object {
  return {
    kind: 'KubeProxyConfiguration',
    apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
    clientConnection: { kubeconfig: `${hostFolder(layout, name)}/kube-proxy.kubeconfig` },
    mode: 'iptables',
    clusterCIDR: cluster.podCIDR,
    hostnameOverride: name,
    // These belong to the whole machine, not to a host of the lab: 0 leaves them alone.
    conntrack: { maxPerCore: 0, min: 0, tcpEstablishedTimeout: '0s', tcpCloseWaitTimeout: '0s' },
  }
}
