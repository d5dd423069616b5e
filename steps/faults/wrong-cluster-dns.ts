import type { Inventory } from '../../lib/inventory/inventory.ts'
import { nthAddress } from '../../lib/inventory/address.ts'
import { restartContainers } from '../../lib/faults/containers.ts'
import { see } from '../../lib/faults/daemons.ts'
import type { Fault } from '../../lib/faults/fault.ts'
import { workerNamed, workerOfBusybox } from '../../lib/faults/subjects.ts'
import type { Layout } from '../../lib/lab/layout.ts'
import { kubelet, kubeletFile } from '../lab/start-workers.ts'
import { runtimeOf } from './duplicate-pod-cidr.ts'

export const wrongClusterDns = (inventory: Inventory, layout: Layout): Fault => {
  // As a person mistypes 10.32.0.10.
  const dnsAddress = nthAddress(inventory.cluster.serviceCIDR, 100)
  const wrong: Inventory = { ...inventory, cluster: { ...inventory.cluster, dnsAddress } }
  return {
    id: 'wrong-cluster-dns',
    code: 'F1',
    title: "Tell a worker's pods to ask an address where no DNS server is",
    chapter: { section: '9', command: 'vi kubelet-config.yaml; systemctl restart kubelet' },
    needs: 'a worker',
    async breaks(on) {
      const worker = await workerOfBusybox(on, inventory)
      const resources = [kubeletFile(wrong, layout, worker), kubelet(layout, worker)]
      return { subject: worker.name, resources }
    },
    // A pod keeps the resolv.conf that it was started with.
    renew: (on, { subject }) =>
      restartContainers(on, runtimeOf(layout, workerNamed(inventory, subject))),
    felt: (on, subject) =>
      see(on, `pods on ${subject} that ask ${dnsAddress}`, async () => {
        const pods = await on.cluster.list({
          apiVersion: 'v1',
          kind: 'Pod',
          namespace: 'default',
          fieldSelector: `spec.nodeName=${subject},status.phase=Running`,
        })
        const asked = await Promise.all(
          pods.map(({ metadata: { name } }) =>
            on.cluster.exec({ namespace: 'default', pod: name }, ['cat', '/etc/resolv.conf']),
          ),
        )
        const told = asked.map(({ stdout }) => Buffer.from(stdout).toString('utf8'))
        if (told.some((text) => !text.includes(`nameserver ${dnsAddress}`))) return undefined
        return `clusterDNS of ${subject} is ${dnsAddress}, and its pods were started with it`
      }),
  }
}
