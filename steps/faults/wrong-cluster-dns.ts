import { nthAddress } from '../../lib/inventory/address.ts'
import { resolvConfOf } from '../../lib/dns/ask-from.ts'
import { restartContainers, runtimeOf } from '../../lib/faults/containers.ts'
import { see } from '../../lib/faults/daemons.ts'
import type { FaultOf } from '../../lib/faults/fault.ts'
import { workerNamed, workerOfBusybox } from '../../lib/faults/subjects.ts'
import { kubelet, kubeletFile } from '../../lib/lab/daemons/kubelet.ts'
import { all } from '../../lib/ports/refs.ts'

export const wrongClusterDns: FaultOf = (lab) => {
  // As a person mistypes 10.32.0.10.
  const { cluster } = lab.inventory
  const dnsAddress = nthAddress(cluster.serviceCIDR, 100)
  const wrong = { ...lab, inventory: { ...lab.inventory, cluster: { ...cluster, dnsAddress } } }
  return {
    id: 'wrong-cluster-dns',
    code: 'F1',
    title: "Tell a worker's pods to ask an address where no DNS server is",
    chapter: { section: '9', command: 'vi kubelet-config.yaml; systemctl restart kubelet' },
    requires: 'a worker',
    async plan(ctx) {
      const worker = await workerOfBusybox(ctx, lab)
      const resources = [kubeletFile(wrong, worker), kubelet(lab, worker)]
      return { subject: worker.name, resources }
    },
    // A pod keeps the resolv.conf that it was started with.
    restartAffected: (ctx, { subject }) =>
      restartContainers(ctx, runtimeOf(lab, workerNamed(lab, subject))),
    waitUntilVisible: (ctx, subject) =>
      see(ctx, `pods on ${subject} that ask ${dnsAddress}`, async () => {
        const pods = await ctx.cluster.list(
          all.pods({
            namespace: 'default',
            fieldSelector: `spec.nodeName=${subject},status.phase=Running`,
          }),
        )
        const told = await Promise.all(
          pods.map(({ metadata: { name } }) =>
            resolvConfOf(ctx.cluster, { namespace: 'default', pod: name }),
          ),
        )
        if (told.some((text) => !text.includes(`nameserver ${dnsAddress}`))) return undefined
        return `clusterDNS of ${subject} is ${dnsAddress}, and its pods were started with it`
      }),
  }
}
