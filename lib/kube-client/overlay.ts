import { StepError, UnknownYetError } from '../core/errors.ts'
import { sameJson } from '../core/json.ts'
import type { StepId } from '../ports/step.ts'
import { applyMerge } from '../objects/apply-merge.ts'
import {
  type Cluster,
  type ClusterReader,
  type FieldConflict,
  type KubeObject,
  type ObjectRef,
  type PodContainer,
  type Preview,
  refOf,
  type Selection,
} from '../ports/cluster.ts'
import { namespaceOf } from './known-kinds.ts'
import { derivedBy, existsInNew } from './overlay-unknown.ts'
import { contentOf, metaText, describe, withMetadata, without } from '../objects/objects.ts'
import { isSelected } from '../objects/selectors.ts'

/** What lies under the overlay: a cluster, one that is yet to be made, or one that cannot be asked now. */
export type OverlayBase = ClusterReader | 'absent' | 'stopped'

interface Written {
  /** Null: deleted. */
  readonly object: KubeObject | null
  readonly by: StepId
}

/**
 * The cluster of a dry-run: writes stay in memory, reads answer memory over `base`, so that later steps see
 * what earlier ones would have done. What controllers would make of a write cannot be known and throws
 * UnknownYetError, naming the step that writes. `knownAfter` is the step after which the base can be asked.
 */
export function overlayCluster(
  base: OverlayBase,
  currentStep: () => StepId,
  knownAfter: StepId,
): Cluster {
  const written = new Map<string, Written>()
  const unknown = (what: string): UnknownYetError => new UnknownYetError(knownAfter, what)

  const below = (what: string): ClusterReader | 'absent' => {
    if (base === 'stopped') throw unknown(`${what} cannot be read while the cluster is not running`)
    return base
  }
  const refuseDerived = (selection: Selection): void => {
    const cause = derivedBy(selection, writtenObjects(written))
    if (cause !== null)
      throw new UnknownYetError(cause.by, `${selection.kind} objects follow from ${cause.what}`)
  }
  const baseGet = async (ref: ObjectRef): Promise<KubeObject | null> => {
    const reader = below(describe(ref))
    if (reader !== 'absent') return reader.get(ref)
    if (existsInNew(ref)) throw unknown(`${describe(ref)} comes with the cluster`)
    return null
  }
  const get = async (ref: ObjectRef): Promise<KubeObject | null> => {
    const own = written.get(keyOf(ref))
    if (own !== undefined) return own.object
    refuseDerived(ref)
    return baseGet(ref)
  }
  const put = (object: KubeObject): KubeObject => {
    const namespace = namespaceOf(refOf(object))
    const stored = withMetadata(without(object, 'status') as KubeObject, {
      ...(namespace === undefined ? {} : { namespace }),
      uid: metaText(object, 'uid') ?? `planned-${keyOf(refOf(object))}`,
    })
    written.set(keyOf(refOf(object)), { object: stored, by: currentStep() })
    return stored
  }
  const preview = async (
    object: KubeObject,
    adopt?: readonly FieldConflict[],
  ): Promise<Preview> => {
    const own = written.get(keyOf(refOf(object)))
    if (own !== undefined) return previewOver(own.object, object)
    const reader = below(describe(object))
    if (reader !== 'absent') {
      const answer = await reader.preview(object, adopt)
      return missesPlannedNamespace(answer, object, written) ? created(object) : answer
    }
    if (existsInNew(refOf(object))) throw unknown(`${describe(object)} comes with the cluster`)
    return created(object)
  }
  const inPod = async <T>(
    of: PodContainer,
    ask: (reader: ClusterReader) => Promise<T>,
  ): Promise<T> => {
    const ref = { apiVersion: 'v1', kind: 'Pod', namespace: of.namespace, name: of.pod }
    const own = written.get(keyOf(ref))
    if (own !== undefined) throw new UnknownYetError(own.by, `${describe(ref)} does not run yet`)
    refuseDerived(ref)
    const reader = below(describe(ref))
    if (reader === 'absent') throw unknown(`${describe(ref)} does not run yet`)
    return ask(reader)
  }

  return {
    get,
    preview,
    uid: async () => {
      const reader = below('the uid of the cluster')
      if (reader === 'absent') throw unknown('the uid of the cluster')
      return reader.uid()
    },
    list: async (selection) => {
      refuseDerived(selection)
      const reader = below(`${selection.kind} objects`)
      if (reader === 'absent' && existsInNew(selection))
        throw unknown(`${selection.kind} objects come with the cluster`)
      const found = reader === 'absent' ? [] : await reader.list(selection)
      const own = [...written.values()].flatMap(({ object }) =>
        object !== null && isSelected(object, selection) ? [object] : [],
      )
      return [...found.filter((object) => !written.has(keyOf(refOf(object)))), ...own]
    },
    async *watch(selection, signal) {
      refuseDerived(selection)
      const what = `how ${selection.kind} objects change`
      const own = [...written.values()].find(
        ({ object }) => object !== null && isSelected(object, selection),
      )
      if (own !== undefined) throw new UnknownYetError(own.by, what)
      const reader = below(`${selection.kind} objects`)
      if (reader === 'absent') throw unknown(what)
      yield* reader.watch(selection, signal)
    },
    kubeletConfig: async (node) => {
      const reader = below(`the kubelet's configuration on ${node}`)
      if (reader === 'absent') throw unknown(`the kubelet's configuration on ${node}`)
      return reader.kubeletConfig(node)
    },
    logs: (of, options) => inPod(of, (reader) => reader.logs(of, options)),
    exec: (of, argv, options) => inPod(of, (reader) => reader.exec(of, argv, options)),
    exchange: (of, port, bytes, options) =>
      inPod(of, (reader) => reader.exchange(of, port, bytes, options)),

    apply: async (object, _live, adopt) => {
      const planned = await preview(object, adopt)
      if (planned.outcome === 'created' || planned.outcome === 'changed') return put(planned.after)
      if (planned.outcome === 'unchanged') return planned.live
      throw new StepError({
        problem: `${describe(object)} cannot be applied as planned`,
        remedy: 'see the plan for what stands in the way',
      })
    },
    create: (object) => Promise.resolve(put(object)),
    replace: (object) => Promise.resolve(put(object)),
    setManagedFields: (live, managedFields) =>
      Promise.resolve(put(withMetadata(live, { managedFields: [...managedFields] }))),
    remove: async (ref, uid) => {
      const live = await get(ref)
      if (live === null) return 'absent'
      if (metaText(live, 'uid') !== uid) return 'other'
      written.set(keyOf(ref), { object: null, by: currentStep() })
      return 'deleted'
    },
  }
}

function previewOver(live: KubeObject | null, wanted: KubeObject): Preview {
  if (live === null) return created(wanted)
  const after = applyMerge(live, wanted)
  if (sameJson(contentOf(live), contentOf(after))) return { outcome: 'unchanged', live }
  return { outcome: 'changed', live, after }
}

/** Without a server there are no defaults: what is shown are the fields that we manage. */
function created(object: KubeObject): Preview {
  return { outcome: 'created', live: null, after: object }
}

/** The server misses a namespace that an earlier step of this plan makes. */
function missesPlannedNamespace(
  answer: Preview,
  object: KubeObject,
  written: ReadonlyMap<string, Written>,
): boolean {
  const name = refOf(object).namespace
  if (answer.outcome !== 'invalid' || answer.live !== null || name === undefined) return false
  return written.get(keyOf({ apiVersion: 'v1', kind: 'Namespace', name }))?.object != null
}

function writtenObjects(written: ReadonlyMap<string, Written>) {
  return [...written].map(([key, { object, by }]) => {
    const [group = '', kind = '', namespace = ''] = JSON.parse(key) as string[]
    return {
      group,
      kind,
      namespace,
      by,
      what: `${kind}${object === null ? ' deleted' : ''} in ${namespace}`,
    }
  })
}

/** Versions of a group are views of one object. */
function keyOf(ref: ObjectRef): string {
  const { apiVersion, kind, name } = ref
  const group = apiVersion.includes('/') ? apiVersion.replace(/\/.*/, '') : ''
  return JSON.stringify([group, kind, namespaceOf(ref) ?? '', name])
}
