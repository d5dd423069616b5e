import type { Process } from '../../lib/ports/resources.ts'
import type { Inventory } from '../../lib/inventory/inventory.ts'
import { daemonOf } from '../../lib/lab/daemon.ts'
import { auditLogOf, type Layout, pairOf } from '../../lib/lab/layout.ts'
import { askAll } from '../../lib/lab/readiness.ts'
import { resourceStep } from '../../lib/step-kinds/resource-step.ts'

interface Controller {
  readonly name: string
  readonly address: string
}

/** Every request of people, without bodies; the system's own chatter left out to keep the log readable. */
const AUDIT_POLICY = `apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
- level: None
  userGroups: ["system:nodes", "system:serviceaccounts"]
- level: None
  users: ["system:apiserver", "system:kube-controller-manager", "system:kube-scheduler", "system:kube-proxy"]
- level: Metadata
`

export const startApiServers = (inventory: Inventory, layout: Layout) => {
  const { controllers } = inventory.lab
  const daemons = controllers.map((host) => apiServer(inventory, layout, host))
  return resourceStep({
    id: 'start-api-servers',
    title: 'Start the API servers',
    chapter: { section: '8', command: 'systemctl start kube-apiserver' },
    touches: ['hosts'],
    provides: ['kube-apiserver'],
    resources: [
      { kind: 'file', path: auditPolicyOf(layout), mode: 0o600, text: AUDIT_POLICY },
      ...daemons,
    ],
    because: `kube-apiserver runs on ${controllers.map(({ name }) => name).join(', ')}`,
    health: {
      what: `${String(controllers.length)} ready API servers`,
      deadlineMs: inventory.limits.controlPlaneMs,
      intervalMs: 100,
      look: (on) =>
        askAll(on, layout, {
          proof: `${String(controllers.length)} API servers ready`,
          daemons,
          urls: controllers.map(({ name, address }) => ({
            name,
            url: `https://${address}:6443/readyz`,
          })),
        }),
    },
  })
}

function auditPolicyOf(layout: Layout): string {
  return `${layout.folder}/audit-policy.yaml`
}

/** The API server of a controller. */
export function apiServer(
  { lab, cluster }: Inventory,
  layout: Layout,
  { name, address }: Controller,
): Process {
  const policy = auditPolicyOf(layout)
  const ca = `${pairOf(layout, 'ca')}.pem`
  const pair = {
    cert: `${pairOf(layout, 'kubernetes')}.pem`,
    key: `${pairOf(layout, 'kubernetes')}-key.pem`,
  }
  const account = pairOf(layout, 'service-account')
  const encryption = `${pairOf(layout, 'encryption-config')}.yaml`
  return daemonOf(layout, {
    host: name,
    program: 'kube-apiserver',
    flags: {
      'advertise-address': address,
      'allow-privileged': 'true',
      'audit-log-maxage': '30',
      'audit-log-maxbackup': '3',
      'audit-log-maxsize': '100',
      'audit-log-path': auditLogOf(layout, name),
      'audit-policy-file': policy,
      'authorization-mode': 'Node,RBAC',
      'bind-address': '0.0.0.0',
      'client-ca-file': ca,
      'enable-admission-plugins':
        'NamespaceLifecycle,NodeRestriction,LimitRanger,ServiceAccount,DefaultStorageClass,ResourceQuota',
      'encryption-provider-config': encryption,
      'etcd-cafile': ca,
      'etcd-certfile': pair.cert,
      'etcd-keyfile': pair.key,
      'etcd-servers': lab.controllers.map((peer) => `https://${peer.address}:2379`).join(','),
      'kubelet-certificate-authority': ca,
      'kubelet-client-certificate': pair.cert,
      'kubelet-client-key': pair.key,
      // The hosts' names mean nothing to a resolver, so nodes are called by address.
      'kubelet-preferred-address-types': 'InternalIP',
      'service-account-issuer': `https://kubernetes.default.svc.${cluster.domain}`,
      'service-account-key-file': `${account}.pem`,
      'service-account-signing-key-file': `${account}-key.pem`,
      'service-cluster-ip-range': cluster.serviceCIDR,
      'service-node-port-range': '30000-32767',
      'tls-cert-file': pair.cert,
      'tls-private-key-file': pair.key,
    },
    reads: [ca, pair.cert, `${account}.pem`, encryption, policy],
  })
}
