import { StepError } from '../../lib/core/errors.ts'
import { sameJson } from '../../lib/core/json.ts'
import type { Json, JsonObject } from '../../lib/core/json.ts'
import { applyMerge } from '../../lib/objects/apply-merge.ts'
import type {
  Cluster,
  ExecResult,
  FieldConflict,
  KubeObject,
  Lacking,
  Need,
  ObjectRef,
  PodContainer,
  Preview,
  SentProgram,
} from '../../lib/ports/cluster.ts'
import { nameOf, refOf } from '../../lib/ports/cluster.ts'
import { diffObjects } from '../../lib/objects/diff.ts'
import { namespaceOf } from '../../lib/kube-client/known-kinds.ts'
import {
  contentOf,
  managedFieldsOf,
  metaText,
  withMetadata,
  without,
} from '../../lib/objects/objects.ts'
import { isSelected } from '../../lib/objects/selectors.ts'

/** Settings of a fake cluster, all optional. */
export interface FakeOptions {
  readonly objects?: readonly KubeObject[]
  readonly manager?: string
  /** Answers `exec`; without it every command ends with code 0 and prints nothing. */
  readonly exec?: (of: PodContainer, argv: readonly string[], stdin?: Uint8Array) => ExecResult
  /** Answers `stream`; without it every such command ends at once. */
  readonly stream?: (
    of: PodContainer,
    argv: readonly string[],
    signal: AbortSignal,
  ) => AsyncIterable<Uint8Array>
  /** Answers `putProber`; without it the prober lies there then. */
  readonly put?: (of: PodContainer, program: SentProgram) => ExecResult
  readonly logs?: (of: PodContainer) => string
  readonly lacking?: (needs: readonly Need[]) => Lacking | null
  readonly kubeletConfig?: (node: string) => Json
  readonly ask?: (of: PodContainer, port: number, bytes: Uint8Array) => Uint8Array
  /** Called after each write: plays the controllers, by `put` and `drop`. */
  readonly controllers?: (fake: FakeCluster, written: KubeObject) => void
  /** Called before each write is stored: throws to inject a fault. */
  readonly beforeWrite?: (line: string) => void
}

/** A cluster in memory: a hand-written double of the port, with what a test needs to look behind it. */
export interface FakeCluster extends Cluster {
  /** `apply deployment.apps/coredns`, one a write that changed something. */
  readonly writes: readonly string[]
  objects(): readonly KubeObject[]
  /** Stores an object as somebody else would; wakes up waits. */
  put(object: KubeObject): KubeObject
  drop(ref: ObjectRef): void
}

export function fakeCluster(options: FakeOptions = {}): FakeCluster {
  const manager = options.manager ?? 'hardway'
  const store = new Map<string, KubeObject>()
  const writes: string[] = []
  const watchers = new Set<() => void>()
  let version = 1

  const wake = (): void => {
    for (const watcher of [...watchers]) watcher()
  }
  const find = (ref: ObjectRef): KubeObject | null => store.get(keyOf(ref)) ?? null
  const save = (object: KubeObject): KubeObject => {
    version += 1
    const ref = refOf(object)
    const namespace = namespaceOf(ref)
    const stored = withMetadata(object, {
      ...(namespace === undefined ? {} : { namespace }),
      uid: find(ref)?.metadata['uid'] ?? metaText(object, 'uid') ?? `uid-${String(version)}`,
      resourceVersion: String(version),
    })
    store.set(keyOf(ref), stored)
    wake()
    return stored
  }
  const write = (verb: string, object: KubeObject): KubeObject => {
    const line = `${verb} ${nameOf(object)}`
    options.beforeWrite?.(line)
    writes.push(line)
    const stored = save(object)
    options.controllers?.(fake, stored)
    return stored
  }
  const preview = (object: KubeObject, adopt: readonly FieldConflict[] = []): Preview => {
    const live = find(refOf(object))
    if (live === null) return { outcome: 'created', live, after: withOwner(object, manager) }
    const after = applyMerge(live, object)
    const changes = diffObjects(live, after)
    if (changes.length === 0) return { outcome: 'unchanged', live }
    const conflicts = changes.flatMap(({ path, owner }) =>
      owner === undefined || owner === manager ? [] : [{ field: path, manager: owner }],
    )
    const unseen = conflicts.filter(({ field }) => adopt.every((one) => one.field !== field))
    if (unseen.length > 0) return { outcome: 'conflict', live, conflicts }
    return { outcome: 'changed', live, after: withOwner(after, manager, object) }
  }
  const stale = (object: KubeObject): boolean => {
    const live = find(refOf(object))
    return (
      live === null ||
      !sameJson(live.metadata['resourceVersion'], object.metadata['resourceVersion'])
    )
  }

  const fake: FakeCluster = {
    writes,
    objects: () => [...store.values()],
    put: save,
    drop: (ref) => {
      store.delete(keyOf(ref))
      wake()
    },
    uid: () => Promise.resolve('fake-cluster'),
    get: (ref) => Promise.resolve(find(ref)),
    list: (selection) =>
      Promise.resolve([...store.values()].filter((object) => isSelected(object, selection))),
    preview: (object, adopt) => Promise.resolve(preview(object, adopt)),
    lacking: (needs) => Promise.resolve(options.lacking?.(needs) ?? null),
    async *watch(selection, signal) {
      for (;;) {
        const woken = Promise.withResolvers<'changed' | 'aborted'>()
        const onChange = (): void => woken.resolve('changed')
        const onAbort = (): void => woken.resolve('aborted')
        watchers.add(onChange)
        try {
          yield [...store.values()].filter((object) => isSelected(object, selection))
          // What changed in between comes first: time may pass all at once in a test.
          if (signal.aborted) onAbort()
          signal.addEventListener('abort', onAbort, { once: true })
          if ((await woken.promise) === 'aborted') throw signal.reason
        } finally {
          watchers.delete(onChange)
          signal.removeEventListener('abort', onAbort)
        }
      }
    },
    kubeletConfig: (node) => Promise.resolve(options.kubeletConfig?.(node) ?? null),
    logs: (of) => Promise.resolve(options.logs?.(of) ?? ''),
    exec: (of, argv, given) =>
      Promise.resolve(
        options.exec?.(of, argv, given?.stdin) ?? { code: 0, stdout: new Uint8Array(), stderr: '' },
      ),
    async *stream(of, argv, signal) {
      yield* options.stream?.(of, argv, signal) ?? []
    },
    exchange: (of, port, bytes) =>
      Promise.resolve(options.ask?.(of, port, bytes) ?? new Uint8Array()),

    apply: promised((object, live, adopt) => {
      const now = find(refOf(object))
      if ((live === null) !== (now === null)) throw moved(object)
      const planned = preview(object, adopt)
      if (planned.outcome === 'unchanged') return planned.live
      if (planned.outcome !== 'created' && planned.outcome !== 'changed') throw moved(object)
      return write('apply', planned.after)
    }),
    create: promised((object) => {
      if (find(refOf(object)) !== null) throw moved(object)
      return write('create', withOwner(object, manager))
    }),
    replace: promised((object) => (stale(object) ? 'stale' : write('replace', object))),
    setManagedFields: promised((live, managedFields) =>
      stale(live)
        ? 'stale'
        : write('own', withMetadata(live, { managedFields: [...managedFields] })),
    ),
    putProber: promised((of, program) => {
      writes.push(`put the prober into pod/${of.pod}`)
      return options.put?.(of, program) ?? { code: 0, stdout: new Uint8Array(), stderr: '' }
    }),
    remove: promised((ref, uid) => {
      const live = find(ref)
      if (live === null) return 'absent'
      if (metaText(live, 'uid') !== uid) return 'other'
      const line = `remove ${nameOf(ref)}`
      options.beforeWrite?.(line)
      writes.push(line)
      fake.drop(ref)
      return 'deleted'
    }),
  }
  for (const object of options.objects ?? []) save(object)
  return fake
}

/** The object with an entry of managedFields for everything that `wanted` says. */
function withOwner(object: KubeObject, manager: string, wanted = object): KubeObject {
  const others = managedFieldsOf(object).filter((entry) => entry['manager'] !== manager)
  const bare = contentOf(wanted)
  const metadata = without(bare.metadata, 'name', 'namespace')
  const rest = without(bare, 'apiVersion', 'kind', 'metadata')
  const entry = {
    manager,
    operation: 'Apply',
    apiVersion: object.apiVersion,
    fieldsType: 'FieldsV1',
    fieldsV1: leaves(Object.keys(metadata).length === 0 ? rest : { ...rest, metadata }),
  }
  return withMetadata(object, { managedFields: [...others, entry] })
}

/** A synchronous function as one of the port: what it throws becomes a rejection. */
function promised<A extends readonly unknown[], R>(does: (...args: A) => R) {
  return (...args: A): Promise<R> => new Promise((resolve) => resolve(does(...args)))
}

function leaves(value: Json): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return {}
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [`f:${key}`, leaves(inner)]),
  )
}

function keyOf(ref: ObjectRef): string {
  return JSON.stringify([ref.apiVersion, ref.kind, namespaceOf(ref) ?? '', ref.name])
}

function moved(object: KubeObject): StepError {
  return new StepError({ problem: `${nameOf(object)} is not as it was seen`, remedy: 'run again' })
}
