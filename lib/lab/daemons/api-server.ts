import { firstAddress } from '../../inventory/address.ts'
import type { Controller, Inventory } from '../../inventory/inventory.ts'
import type { File, Process } from '../../ports/resources.ts'
import { daemonOf } from '../daemon.ts'
import { auditLogOf, type Lab, pairOf, pemsOf } from '../layout.ts'

/** Every request of people, without bodies; the system's own chatter left out to keep the log readable. */
const AUDIT_POLICY = `apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
- level: None
  userGroups: ["system:nodes", "system:serviceaccounts:kube-system"]
- level: None
  users: ["system:apiserver", "system:kube-controller-manager", "system:kube-scheduler", "system:kube-proxy"]
- level: Metadata
`

/** What all API servers of the lab write into their audit logs. */
export function auditPolicyFile({ layout }: Pick<Lab, 'layout'>): File {
  const path = `${layout.folder}/audit-policy.yaml`
  return { kind: 'file', path, mode: 0o600, text: AUDIT_POLICY }
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
  const ca = pemsOf(layout, 'ca').cert
  const { cert, key } = pemsOf(layout, 'kubernetes')
  const account = pemsOf(layout, 'service-account')
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
      'etcd-certfile': cert,
      'etcd-keyfile': key,
      'etcd-servers': lab.controllers.map((peer) => `https://${peer.address}:2379`).join(','),
      'kubelet-certificate-authority': ca,
      'kubelet-client-certificate': cert,
      'kubelet-client-key': key,
      // The hosts' names mean nothing to a resolver, so nodes are called by address.
      'kubelet-preferred-address-types': 'InternalIP',
      'service-account-issuer': `https://kubernetes.default.svc.${cluster.domain}`,
      'service-account-key-file': account.cert,
      'service-account-signing-key-file': account.key,
      'service-cluster-ip-range': cluster.serviceCIDR,
      'service-node-port-range': '30000-32767',
      'tls-cert-file': cert,
      'tls-private-key-file': key,
    },
    reads: [ca, cert, account.cert, encryption, policy],
  })
}
