import type { Worker } from '../../inventory/inventory.ts'
import type { File, Process } from '../../ports/resources.ts'
import { daemonOf } from '../daemon.ts'
import { hostFile } from '../host-file.ts'
import { hostFolder, type Lab, pemsOf } from '../layout.ts'

/** A worker's kubelet. */
export function kubelet({ layout }: Lab, { name, address }: Worker): Process {
  const folder = hostFolder(layout, name)
  const kubeconfig = `${folder}/kubelet.kubeconfig`
  const config = `${folder}/kubelet-config.yaml`
  return daemonOf(layout, {
    host: name,
    program: 'kubelet',
    flags: {
      config,
      kubeconfig,
      'hostname-override': name,
      'node-ip': address,
      'register-node': 'true',
    },
    reads: [config, kubeconfig, pemsOf(layout, name).cert],
    worker: true,
  })
}

/** The lab has no resolver outside; CoreDNS gets this file and so knows of none. */
export const LAB_RESOLV_CONF = '# no resolver outside the lab\n'

export function resolvConfFile({ layout }: Lab, { name }: Worker): File {
  return hostFile(layout, name, 'resolv.conf', LAB_RESOLV_CONF)
}

/** The configuration file of a worker's kubelet. */
export function kubeletFile(
  { inventory: { cluster }, layout }: Lab,
  { name, podCIDR }: Worker,
): File {
  const { cert, key } = pemsOf(layout, name)
  return hostFile(layout, name, 'kubelet-config.yaml', {
    kind: 'KubeletConfiguration',
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    authentication: {
      anonymous: { enabled: false },
      webhook: { enabled: true },
      x509: { clientCAFile: pemsOf(layout, 'ca').cert },
    },
    authorization: { mode: 'Webhook' },
    cgroupDriver: 'cgroupfs',
    cgroupRoot: `/${layout.cgroup}/${name}`,
    clusterDomain: cluster.domain,
    clusterDNS: [cluster.dnsAddress],
    containerRuntimeEndpoint: 'unix:///run/containerd/containerd.sock',
    enforceNodeAllocatable: [],
    // One machine's disk and memory stand for all hosts: nothing is thrown out because of the neighbours.
    evictionHard: {
      'memory.available': '50Mi',
      'nodefs.available': '1%',
      'imagefs.available': '1%',
    },
    failCgroupV1: false,
    failSwapOn: false,
    imageGCHighThresholdPercent: 100,
    imageGCLowThresholdPercent: 99,
    localStorageCapacityIsolation: false,
    podCIDR,
    registerNode: true,
    resolvConf: `${hostFolder(layout, name)}/resolv.conf`,
    runtimeRequestTimeout: '15m',
    tlsCertFile: cert,
    tlsPrivateKeyFile: key,
  })
}
