import { resolve } from 'node:path'
import { textAt } from '../core/json.ts'
import type { Discovered } from '../dns/discover.ts'
import { type DnsFound, findDns } from '../dns/find-dns.ts'
import { type Inventory, withShortTimeouts } from '../inventory/inventory.ts'
import { loadInventory } from '../inventory/load.ts'
import type { ClusterReader } from '../ports/cluster.ts'
import { ref } from '../ports/refs.ts'
import type { CommonOptions, ProveFlags } from './request.ts'

/**
 * The cluster that is meant: by its kubeconfig, or the inventory's target. Throws InputError where neither
 * can be used.
 */
export async function provedInventory(
  { kubeconfig, context }: Pick<ProveFlags, 'kubeconfig' | 'context'>,
  common: CommonOptions,
): Promise<Inventory> {
  if (kubeconfig === undefined) return withShortTimeouts(await loadInventory(common.inventory))
  const file = resolve(kubeconfig)
  const { readKubeconfig } = await import('../kube-client/kubeconfig.ts')
  const named = context ?? (await readKubeconfig(file)).target.context
  const text = JSON.stringify({ target: { kubeconfig: file, context: named } })
  const given = await loadInventory('--kubeconfig', () => Promise.resolve(Buffer.from(text)))
  return withShortTimeouts(given)
}

/** The same with what was found out about the cluster in place of the defaults of the book. */
export async function completedBy(
  inventory: Inventory,
  { given, domain }: Discovered,
  cluster: ClusterReader,
): Promise<Inventory> {
  if (inventory.target.kind === 'lab') return inventory
  const [dns, kubernetes] = await Promise.all([
    findDns(cluster, given),
    cluster.get(ref.service('kubernetes')),
  ])
  const first = textAt(kubernetes ?? undefined, 'spec', 'clusterIP') ?? ''
  return {
    ...inventory,
    cluster: {
      domain,
      dnsAddress: given ?? addressOf(dns),
      // Of the ranges only the first address of the Services is known.
      serviceCIDR: /\.1$/.test(first) ? `${first.replace(/1$/, '0')}/24` : '',
      podCIDR: '',
    },
  }
}

function addressOf(dns: DnsFound | { readonly missing: readonly string[] }): string {
  return 'missing' in dns ? '' : dns.address
}
