import type { Cluster } from '../../lib/ports/cluster.ts'
import type { Host } from '../../lib/ports/host.ts'

function refuse(): never {
  throw new Error('a run that only looks has written')
}

/** A machine on which every write throws. */
export function readOnlyHost(host: Host): Host {
  return { ...host, put: refuse, restore: refuse }
}

/** A cluster on which every write throws. */
export function readOnlyCluster(cluster: Cluster): Cluster {
  return {
    ...cluster,
    apply: refuse,
    create: refuse,
    replace: refuse,
    setManagedFields: refuse,
    remove: refuse,
    putProber: refuse,
  }
}
