import type { Worker } from '../../inventory/inventory.ts'
import type { File, Process } from '../../ports/resources.ts'
import { daemonOf } from '../daemon.ts'
import type { Lab } from '../lab.ts'
import { hostFolder, pairOf } from '../layout.ts'
import { jsonText } from './json-text.ts'

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
    reads: [config, kubeconfig, `${pairOf(layout, name)}.pem`],
    worker: true,
  })
}

/** The configuration file of a worker's kubelet. */
export function kubeletFile(lab: Lab, worker: Worker): File {
  return {
    kind: 'file',
    path: `${hostFolder(lab.layout, worker.name)}/kubelet-config.yaml`,
    mode: 0o644,
    text: jsonText(kubeletConfig(lab, worker)),
  }
}

/** The lab has no resolver outside; CoreDNS gets this file and so knows of none. */
export function resolvConfFile({ layout }: Lab, { name }: Worker): File {
  return {
    kind: 'file',
    path: `${hostFolder(layout, name)}/resolv.conf`,
    mode: 0o644,
    text: '# no resolver outside the lab\n',
  }
}

function kubeletConfig({ inventory: { cluster }, layout }: Lab, { name, podCIDR }: Worker): object {
  return {
    kind: 'KubeletConfiguration',
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    authentication: {
      anonymous: { enabled: false },
      webhook: { enabled: true },
      x509: { clientCAFile: `${pairOf(layout, 'ca')}.pem` },
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
    tlsCertFile: `${pairOf(layout, name)}.pem`,
    tlsPrivateKeyFile: `${pairOf(layout, name)}-key.pem`,
  }
}
