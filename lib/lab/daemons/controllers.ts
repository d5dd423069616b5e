import type { Controller } from '../../inventory/inventory.ts'
import type { Process } from '../../ports/resources.ts'
import { daemonOf, TLS_PORTS } from '../daemon.ts'
import { hostFolder, type Lab, type Layout, pemsOf } from '../layout.ts'

/** Where the controller manager and the scheduler of a controller tell whether they are healthy. */
export function controllerHealth({ name, address }: Controller) {
  return (['kube-controller-manager', 'kube-scheduler'] as const).map((program) => ({
    name: `${program} on ${name}`,
    url: `https://${address}:${TLS_PORTS[program]}/healthz`,
  }))
}

/** The controller manager of a controller. */
export function controllerManager(
  { inventory: { cluster }, layout }: Lab,
  { name, address }: Controller,
): Process {
  const ca = pemsOf(layout, 'ca')
  const account = pemsOf(layout, 'service-account')
  const kubeconfig = `${hostFolder(layout, name)}/kube-controller-manager.kubeconfig`
  return daemonOf(layout, {
    host: name,
    program: 'kube-controller-manager',
    flags: {
      'authentication-kubeconfig': kubeconfig,
      'authorization-kubeconfig': kubeconfig,
      'bind-address': address,
      'cluster-cidr': cluster.podCIDR,
      'cluster-name': 'kubernetes',
      'cluster-signing-cert-file': ca.cert,
      'cluster-signing-key-file': ca.key,
      kubeconfig,
      'leader-elect': 'true',
      'root-ca-file': ca.cert,
      'service-account-private-key-file': account.key,
      'service-cluster-ip-range': cluster.serviceCIDR,
      'use-service-account-credentials': 'true',
      ...servingWith(layout, 'kube-controller-manager'),
    },
    reads: [kubeconfig, ca.cert, account.cert],
  })
}

/** The scheduler of a controller. */
export function scheduler({ layout }: Lab, { name, address }: Controller): Process {
  const kubeconfig = `${hostFolder(layout, name)}/kube-scheduler.kubeconfig`
  return daemonOf(layout, {
    host: name,
    program: 'kube-scheduler',
    flags: {
      'authentication-kubeconfig': kubeconfig,
      'authorization-kubeconfig': kubeconfig,
      'bind-address': address,
      kubeconfig,
      'leader-elect': 'true',
      ...servingWith(layout, 'kube-scheduler'),
    },
    reads: [kubeconfig],
  })
}

function servingWith(layout: Layout, name: string): Record<string, string> {
  const { cert, key } = pemsOf(layout, name)
  return { 'tls-cert-file': cert, 'tls-private-key-file': key }
}
