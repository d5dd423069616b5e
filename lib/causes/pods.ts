import type { Evidence, NodeSeen, PodSeen } from './evidence.ts'
import { each } from './evidence.ts'

/** A pod that CoreDNS runs in. */
export function isCoreDNS({ namespace, labels }: PodSeen): boolean {
  return namespace === 'kube-system' && labels['k8s-app'] === 'kube-dns'
}

/** The CoreDNS pods that are neither gone nor going. */
export function corednsPods(e: Evidence): readonly PodSeen[] {
  return each(e.pods).filter((pod) => isCoreDNS(pod) && isActive(pod))
}

/** Steps that are about the pods that ask, and not about CoreDNS. */
const ASKING = ['busybox-pod', 'dns-probes', 'pod-name', 'resolv-conf']

/** The pods that the failed step is about. Other people's pods are none of this program's business. */
export function concernedPods(e: Evidence): readonly PodSeen[] {
  const asking = ASKING.includes(e.failure.step)
  return each(e.pods).filter(
    (pod) => isActive(pod) && (isProbe(pod) || (!asking && isCoreDNS(pod))),
  )
}

function isProbe({ labels }: PodSeen): boolean {
  return labels['run'] === 'busybox' || labels['app'] === 'hardway-dns-probe'
}

function isActive({ leaving, phase }: PodSeen): boolean {
  return !leaving && phase !== 'Succeeded' && phase !== 'Failed'
}

/** As the scheduler decides it (Taints and Tolerations, kubernetes.io). */
export function tolerates(pod: PodSeen, taint: NodeSeen['taints'][number]): boolean {
  return pod.tolerations.some((toleration) => {
    const [, key = '', value = '', effect = ''] = /^([^=]*)=(.*):([^:]*)$/.exec(toleration) ?? []
    return (
      (key === '*' || key === taint.key) &&
      (value === '*' || value === taint.value) &&
      (effect === '*' || effect === taint.effect)
    )
  })
}
