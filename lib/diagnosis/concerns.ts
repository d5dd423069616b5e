import type { StepId } from '../ports/step.ts'
import type { Layer } from './rule.ts'

/**
 * What a step can fail by: a fault that it does not touch is no cause of its failure, however real. Steps
 * that are not named touch all layers.
 */
const TOUCHED: Readonly<Record<StepId, readonly Layer[]>> = {
  // By themselves: this machine, a download, a file.
  'check-machine': [],
  'install-programs': [],
  'make-images': [],
  'create-hosts': [],
  'issue-certificates': [],
  'write-kubeconfigs': [],
  'write-encryption-config': [],
  'import-images': [],
  'add-pod-routes': [],
  'download-manifest': [],
  // By programs that do not run.
  'start-etcd': ['hosts'],
  'start-container-runtimes': ['hosts'],
  'start-api-servers': ['hosts'],
  'start-controllers': ['hosts'],
  'allow-kubelet-access': ['hosts'],
  'start-workers': ['hosts'],
  // By what the API server says.
  'apply-manifest': ['hosts', 'objects'],
  'pod-name': ['hosts', 'objects', 'pods'],
  'kubernetes-service': ['hosts', 'objects'],
  'kubernetes-endpoints': ['hosts', 'objects', 'server'],
  // By pods that only have to run; nobody asks CoreDNS yet.
  'coredns-pods': ['hosts', 'objects', 'pods', 'server', 'network', 'service', 'observation'],
  'busybox-pod': ['hosts', 'pods', 'observation'],
  'dns-probes': ['hosts', 'pods', 'observation'],
  'resolv-conf': ['hosts', 'pods', 'client', 'observation'],
}

/** Whether a fault on that layer can be the cause of that step's failure. */
export function touches(step: StepId, layer: Layer): boolean {
  return TOUCHED[step]?.includes(layer) ?? true
}

/** Whether evidence can tell anything about a failure of that step. */
export function isDiagnosed(step: StepId): boolean {
  return TOUCHED[step]?.length !== 0
}
