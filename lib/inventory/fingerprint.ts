import { createHash } from 'node:crypto'
import type { Inventory } from './inventory.ts'

/**
 * Tells apart inventories that lead to other results: 16 hexadecimal digits. Left out is what only
 * decides how long is waited, where the same files come from, and where this clone and the
 * kubeconfig lie: a run may be resumed after these were changed.
 */
export function fingerprintOf(inventory: Inventory): string {
  const { target, edition, lab, cluster, controllers, workers, manifest, probe } = inventory
  const goal =
    target.kind === 'lab'
      ? { lab, cluster }
      : { context: target.context, cluster, controllers, workers }
  const text = JSON.stringify({ goal, edition, sha256: manifest.sha256, probe })
  return createHash('sha256').update(text).digest('hex').slice(0, 16)
}
