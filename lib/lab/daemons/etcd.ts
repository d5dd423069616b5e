import type { Controller } from '../../inventory/inventory.ts'
import type { Process } from '../../ports/resources.ts'
import { daemonOf } from '../daemon.ts'
import { hostFolder, type Lab, pemsOf } from '../layout.ts'

/** The etcd of a controller. */
export function etcd({ inventory, layout }: Lab, { name, address }: Controller): Process {
  const { cert, key } = pemsOf(layout, 'kubernetes')
  const ca = pemsOf(layout, 'ca').cert
  return daemonOf(layout, {
    host: name,
    program: 'etcd',
    flags: {
      name,
      'cert-file': cert,
      'key-file': key,
      'peer-cert-file': cert,
      'peer-key-file': key,
      'trusted-ca-file': ca,
      'peer-trusted-ca-file': ca,
      'peer-client-cert-auth': true,
      'client-cert-auth': true,
      'initial-advertise-peer-urls': `https://${address}:2380`,
      'listen-peer-urls': `https://${address}:2380`,
      'listen-client-urls': `https://${address}:2379,https://127.0.0.1:2379`,
      'advertise-client-urls': `https://${address}:2379`,
      'initial-cluster-token': `hardway-${layout.name}`,
      'initial-cluster': inventory.lab.controllers
        .map((peer) => `${peer.name}=https://${peer.address}:2380`)
        .join(','),
      'initial-cluster-state': 'new',
      'data-dir': `${hostFolder(layout, name)}/etcd`,
    },
    reads: [cert, key, ca],
  })
}
