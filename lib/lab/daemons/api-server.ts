import { firstAddress } from '../../inventory/address.ts'
import type { Controller, Inventory } from '../../inventory/inventory.ts'
import type { File, Process } from '../../ports/resources.ts'
import { daemonOf } from '../daemon.ts'
import type { Lab } from '../lab.ts'
import { auditLogOf, pairOf } from '../layout.ts'

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

/** What all API servers of the lab write into their audit logs. */
export function auditPolicyFile({ layout }: Pick<Lab, 'layout'>): File {
  return {
    kind: 'file',
    path: `${layout.folder}/audit-policy.yaml`,
    mode: 0o600,
    text: AUDIT_POLICY,
  }
}

/** Every name and address under which an API server is asked, the first of the Services included. */
export function apiServerNames({ lab, cluster }: Inventory): readonly string[] {
  const service = ['kubernetes', 'kubernetes.default', 'kubernetes.default.svc']
  return [
    ...lab.controllers.map(({ address }) => address),
    ...[firstAddress(cluster.serviceCIDR), '127.0.0.1'],
    ...[...service, `kubernetes.default.svc.${cluster.domain}`, 'localhost'],
  ]
}

/** The API server of a controller. */
export function apiServer({ inventory, layout }: Lab, { name, address }: Controller): Process {
  const { lab, cluster } = inventory
  const policy = auditPolicyFile({ layout }).path
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
