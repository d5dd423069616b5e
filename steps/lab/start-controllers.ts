import type { Process } from '../../lib/ports/resources.ts'
import type { Inventory } from '../../lib/inventory/inventory.ts'
import { daemonOf } from '../../lib/lab/daemon.ts'
import { hostFolder, type Layout, pairOf } from '../../lib/lab/layout.ts'
import { askAll } from '../../lib/lab/readiness.ts'
import { resourceStep } from '../../lib/step-kinds/resource-step.ts'

interface Controller {
  readonly name: string
  readonly address: string
}

/** Where they serve their health, by kube-controller-manager(8) and kube-scheduler(8). */
const PORTS = { 'kube-controller-manager': 10257, 'kube-scheduler': 10259 } as const

export const startControllers = (inventory: Inventory, layout: Layout) => {
  const { controllers } = inventory.lab
  const daemons = controllers.flatMap((host) => [
    controllerManager(inventory, layout, host),
    scheduler(layout, host),
  ])
  return resourceStep({
    id: 'start-controllers',
    title: 'Start the controller managers and schedulers',
    chapter: { section: '8', command: 'systemctl start kube-controller-manager kube-scheduler' },
    touches: ['hosts'],
    provides: ['kube-controller-manager', 'kube-scheduler'],
    resources: daemons,
    because: `they run on ${controllers.map(({ name }) => name).join(', ')}`,
    health: {
      what: 'healthy controller managers and schedulers',
      deadlineMs: inventory.limits.controlPlaneMs,
      intervalMs: 100,
      look: (on) =>
        askAll(on, layout, {
          proof: `${String(daemons.length)} healthy`,
          daemons,
          urls: controllers.flatMap(({ name, address }) =>
            Object.entries(PORTS).map(([program, port]) => ({
              name: `${program} on ${name}`,
              url: `https://${address}:${String(port)}/healthz`,
            })),
          ),
        }),
    },
  })
}

/** The controller manager of a controller. */
export function controllerManager(
  { cluster }: Inventory,
  layout: Layout,
  { name, address }: Controller,
): Process {
  const ca = pairOf(layout, 'ca')
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
      'cluster-signing-cert-file': `${ca}.pem`,
      'cluster-signing-key-file': `${ca}-key.pem`,
      kubeconfig,
      'leader-elect': 'true',
      'root-ca-file': `${ca}.pem`,
      'service-account-private-key-file': `${pairOf(layout, 'service-account')}-key.pem`,
      'service-cluster-ip-range': cluster.serviceCIDR,
      'use-service-account-credentials': 'true',
      ...servingWith(pairOf(layout, 'kube-controller-manager')),
    },
    reads: [kubeconfig, `${ca}.pem`, `${pairOf(layout, 'service-account')}.pem`],
  })
}

/** The scheduler of a controller. */
export function scheduler(layout: Layout, { name, address }: Controller): Process {
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
      ...servingWith(pairOf(layout, 'kube-scheduler')),
    },
    reads: [kubeconfig],
  })
}

function servingWith(pair: string): Record<string, string> {
  return { 'tls-cert-file': `${pair}.pem`, 'tls-private-key-file': `${pair}-key.pem` }
}
