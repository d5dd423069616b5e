import { resolve } from 'node:path'
import type { Discovered } from '../dns/discover.ts'
import { type Inventory, withShortTimeouts } from '../inventory/inventory.ts'
import { loadInventory } from '../inventory/load.ts'
import { readInventory } from './inventory-file.ts'
import type { CommonOptions, ProveFlags } from '../command-line/request.ts'

/**
 * The cluster that is meant: by its kubeconfig, or the inventory's target. Throws InputError where neither
 * can be used.
 */
export async function provedInventory(
  { kubeconfig, context }: Pick<ProveFlags, 'kubeconfig' | 'context'>,
  common: CommonOptions,
): Promise<Inventory> {
  if (kubeconfig === undefined) return withShortTimeouts(await readInventory(common))
  const file = resolve(kubeconfig)
  const { readKubeconfig } = await import('../kube-client/kubeconfig.ts')
  const named = context ?? (await readKubeconfig(file)).target.context
  const text = JSON.stringify({ target: { kubeconfig: file, context: named } })
  const given = await loadInventory('--kubeconfig', () => Promise.resolve(Buffer.from(text)))
  return withShortTimeouts(given)
}

/** The same with what was found out about the cluster in place of the defaults of the book. */
export function completedBy(
  inventory: Inventory,
  { given, domain, dns, kubernetes }: Discovered,
): Inventory {
  if (inventory.target.kind === 'lab') return inventory
  const found = dns === null || 'missing' in dns ? '' : dns.address
  return {
    ...inventory,
    cluster: {
      domain,
      dnsAddress: given ?? found,
      // Of the ranges only the first address of the Services is known.
      serviceCIDR:
        kubernetes !== null && /\.1$/.test(kubernetes) ? `${kubernetes.replace(/1$/, '0')}/24` : '',
      podCIDR: '',
    },
  }
}
