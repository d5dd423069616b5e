import { defined } from '../core/defined.ts'
import { StepError, UnknownYetError } from '../core/errors.ts'
import { sameJson } from '../core/json.ts'
import type { StepId } from '../ports/step.ts'
import { applyMerge } from '../objects/apply-merge.ts'
import {
  type Cluster,
  type ClusterReader,
  type KubeObject,
  type ObjectRef,
  type PodContainer,
  type Preview,
  refOf,
  type Selection,
} from '../ports/cluster.ts'
import { ref } from '../ports/refs.ts'
import { namespaceOf } from './known-kinds.ts'
import { derivedBy, existsInNew } from './overlay-unknown.ts'
import { contentOf, metaText, describe, withMetadata, without } from '../objects/objects.ts'
import { isSelected } from '../objects/selectors.ts'

/** What lies under the overlay: a cluster, one that is yet to be made, or one that cannot be asked now. */
export type OverlayBase = ClusterReader | 'absent' | 'stopped'

type Written = {
  readonly ref: ObjectRef
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
  const running = (what: string, notYet = what): ClusterReader => {
    const reader = below(what)
    if (reader === 'absent') throw unknown(notYet)
    return reader
  }
  const refuseDerived = (selection: Selection): void => {
    const cause = derivedBy(selection, [...written.values()])
    if (cause === undefined) return
    const { ref: of, object, by } = cause
    const what = `${of.kind}${object === null ? ' deleted' : ''} in ${namespaceOf(of) ?? ''}`
    throw new UnknownYetError(by, `${selection.kind} objects follow from ${what}`)
  }
  const get: Cluster['get'] = async (wanted, as) => {
    const own = as === 'live' ? undefined : written.get(keyOf(wanted))
    if (own !== undefined) return own.object
    if (as !== 'live') refuseDerived(wanted)
    const reader = below(describe(wanted))
    if (reader !== 'absent') return reader.get(wanted)
    if (existsInNew(wanted)) throw unknown(`${describe(wanted)} comes with the cluster`)
    return null
  }
  const put = (object: KubeObject): KubeObject => {
    const key = keyOf(refOf(object))
    const uid = metaText(object, 'uid') ?? `planned-${key}`
    const metadata = defined({ namespace: namespaceOf(refOf(object)), uid })
    const stored = withMetadata(without(object, 'status') as KubeObject, metadata)
    written.set(key, { ref: refOf(object), object: stored, by: currentStep() })
    return stored
  }
  const preview: Cluster['preview'] = async (object, adopt) => {
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
    const pod = ref.pod(of.pod, of.namespace)
    const notYet = `${describe(pod)} does not run yet`
    const own = written.get(keyOf(pod))
    if (own !== undefined) throw new UnknownYetError(own.by, notYet)
    refuseDerived(pod)
    return ask(running(describe(pod), notYet))
  }
  const list: ClusterReader['list'] = async (selection) => {
    refuseDerived(selection)
    const reader = below(`${selection.kind} objects`)
    if (reader === 'absent' && existsInNew(selection))
      throw unknown(`${selection.kind} objects come with the cluster`)
    const found = reader === 'absent' ? [] : await reader.list(selection)
    const own = [...written.values()].flatMap(({ object }) =>
      object !== null && isSelected(object, selection) ? [object] : [],
    )
    return [...found.filter((object) => !written.has(keyOf(refOf(object)))), ...own]
  }

  return {
    get,
    preview,
    uid: async () => running('the uid of the cluster').uid(),
    list,
    // Who makes a cluster may do all in it.
    lacking: async (needs) =>
      base === 'absent' || base === 'stopped' ? null : base.lacking(needs),
    async *watch(selection, signal) {
      refuseDerived(selection)
      const isDeleted = ({ ref: of, object }: Written): boolean =>
        object === null && of.kind === selection.kind
      if ([...written.values()].some(isDeleted)) {
        yield await list(selection)
        return
      }
      const what = `how ${selection.kind} objects change`
      const own = [...written.values()].find(
        ({ object }) => object !== null && isSelected(object, selection),
      )
      if (own !== undefined) throw new UnknownYetError(own.by, what)
      yield* running(`${selection.kind} objects`, what).watch(selection, signal)
    },
    kubeletConfig: async (node) =>
      running(`the kubelet's configuration on ${node}`).kubeletConfig(node),
    logs: (of, options) => inPod(of, (reader) => reader.logs(of, options)),
    exec: (of, argv, options) => inPod(of, (reader) => reader.exec(of, argv, options)),
    async *stream(of, argv, signal) {
      yield* await inPod(of, async (reader) => reader.stream(of, argv, signal))
    },
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
    // What a pod has in a volume is no part of any plan.
    putProber: () => Promise.reject(new Error('a dry-run puts nothing into pods')),
    remove: async (gone, uid) => {
      const live = await get(gone)
      if (live === null) return 'absent'
      if (metaText(live, 'uid') !== uid) return 'other'
      written.set(keyOf(gone), { ref: gone, object: null, by: currentStep() })
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
  return written.get(keyOf(ref.namespace(name)))?.object != null
}

/** Versions of a group are views of one object. */
function keyOf(of: ObjectRef): string {
  const group = of.apiVersion.includes('/') ? of.apiVersion.replace(/\/.*/, '') : ''
  return JSON.stringify([group, of.kind, namespaceOf(of) ?? '', of.name])
}
