import type { Process, Resource } from '../../lib/ports/resources.ts'
import type { Inventory } from '../../lib/inventory/inventory.ts'
import { daemonOf } from '../../lib/lab/daemon.ts'
import { hostFolder, type Layout, pairOf } from '../../lib/lab/layout.ts'
import { askAll } from '../../lib/lab/readiness.ts'
import { resourceStep } from '../../lib/step-kinds/resource-step.ts'

export const startEtcd = (inventory: Inventory, layout: Layout) => {
  const { controllers } = inventory.lab
  const daemons = controllers.map((host) => etcdOn(inventory, layout, host))
  return resourceStep({
    id: 'start-etcd',
    title: 'Start etcd on the controllers',
    chapter: { section: '7', command: 'systemctl start etcd' },
    touches: ['hosts'],
    provides: ['etcd'],
    resources: [
      ...controllers.flatMap(({ name }): Resource[] => [
        { kind: 'folder', path: `${hostFolder(layout, name)}/etcd`, mode: 0o700 },
      ]),
      ...daemons,
    ],
    because: `etcd runs on ${controllers.map(({ name }) => name).join(', ')}`,
    health: {
      what: `${String(controllers.length)} healthy etcd members`,
      deadlineMs: 60_000,
      intervalMs: 50,
      look: (on) =>
        askAll(on, layout, {
          proof: `${String(controllers.length)} members healthy`,
          daemons,
          urls: controllers.map(({ name, address }) => ({
            name,
            url: `https://${address}:2379/health`,
          })),
        }),
    },
  })
}

function etcdOn(
  inventory: Inventory,
  layout: Layout,
  { name, address }: { readonly name: string; readonly address: string },
): Process {
  const pair = pairOf(layout, 'kubernetes')
  const files = { cert: `${pair}.pem`, key: `${pair}-key.pem`, ca: `${pairOf(layout, 'ca')}.pem` }
  return daemonOf(layout, {
    host: name,
    program: 'etcd',
    flags: {
      name,
      'cert-file': files.cert,
      'key-file': files.key,
      'peer-cert-file': files.cert,
      'peer-key-file': files.key,
      'trusted-ca-file': files.ca,
      'peer-trusted-ca-file': files.ca,
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
    reads: Object.values(files),
  })
}
