import type { Cluster, KubeObject } from '../../lib/ports/cluster.ts'
import { refOf } from '../../lib/ports/cluster.ts'
import { metaText } from '../../lib/objects/objects.ts'
import { earlierEdition, WANTED } from './world.ts'

/** One cheap thing that is not as wanted. */
export interface Drift {
  readonly name: string
  put(people: Cluster): Promise<void>
}

const CHANGED = ['ClusterRole', 'ClusterRoleBinding', 'Deployment', 'Service']
/** Those that nobody misses at once. */
const DELETED = ['ClusterRole', 'ClusterRoleBinding', 'ConfigMap']

const named = (kind: string): KubeObject => WANTED.find((one) => one.kind === kind) as KubeObject

/** Fields taken away by somebody else, who then owns nothing; or the whole object. */
export const DRIFTS: readonly Drift[] = [
  ...CHANGED.map((kind) => ({
    name: `${kind} without labels, annotations and third port`,
    async put(people: Cluster) {
      for (let stale = true; stale;) {
        const live = await people.get(refOf(named(kind)))
        if (live === null) throw new Error(`no ${kind} to change`)
        stale = (await people.replace(earlierEdition(live))) === 'stale'
      }
    },
  })),
  ...DELETED.map((kind) => ({
    name: `${kind} deleted`,
    async put(people: Cluster) {
      const live = await people.get(refOf(named(kind)))
      if (live !== null) await people.remove(refOf(live), metaText(live, 'uid') ?? '')
    },
  })),
]
