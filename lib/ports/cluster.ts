import type { Json, JsonObject } from '../core/json.ts'
import type { RefusalReason } from '../core/look-data.ts'

/** Names one object. `namespace` is left out for cluster-scoped kinds. */
export type ObjectRef = {
  readonly apiVersion: string
  readonly kind: string
  readonly namespace?: string
  readonly name: string
}

/** An object as the API server speaks it, raw JSON (times keep their spelling). */
export type KubeObject = JsonObject & {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: JsonObject & { readonly name: string }
}

export type Selection = {
  readonly apiVersion: string
  readonly kind: string
  /** All namespaces where left out. */
  readonly namespace?: string
  readonly labelSelector?: string
  readonly fieldSelector?: string
}

/** One field that another manager owns with another value (server-side apply, HTTP 409). */
export type FieldConflict = {
  /** As the server spells it: `.spec.template.spec.containers[name="coredns"].image`. */
  readonly field: string
  readonly manager: string
}

/** The server's own answer to "what would happen if": server-side apply with `dryRun=All`. */
export type Preview =
  | { readonly outcome: 'created'; readonly live: null; readonly after: KubeObject }
  /** Dry answer and live object are deep-equal at equal resourceVersion: nothing would be written. */
  | { readonly outcome: 'unchanged'; readonly live: KubeObject }
  | { readonly outcome: 'changed'; readonly live: KubeObject; readonly after: KubeObject }
  | {
      readonly outcome: 'conflict'
      readonly live: KubeObject
      readonly conflicts: readonly FieldConflict[]
    }
  /** An immutable or otherwise impossible value: the server's causes. */
  | {
      readonly outcome: 'invalid'
      readonly live: KubeObject | null
      readonly reasons: readonly RefusalReason[]
    }

/** Rights that are needed on a kind, or on a part of it (`exec` of pods). */
export type Need = {
  readonly apiVersion: string
  readonly kind: string
  readonly part?: string
  readonly verbs: readonly string[]
  /** In the whole cluster where left out. */
  readonly namespace?: string
  /** Of one object only. */
  readonly name?: string
}

/** What the server knows the user as, and what this user may not. */
export type Lacking = {
  readonly user: string
  /** As `kubectl create role` takes them. */
  readonly rights: readonly {
    readonly resource: string
    readonly verbs: readonly string[]
    readonly namespace?: string
  }[]
}

export type PodContainer = {
  readonly namespace: string
  readonly pod: string
  readonly container?: string
}

/** What a command in a pod gave. `code` is null where the stream closed without a status, or at the deadline. */
export type ExecResult = {
  readonly code: number | null
  readonly stdout: Uint8Array
  readonly stderr: string
}

export type ExecOptions = {
  readonly stdin?: Uint8Array
  /** 30 s where left out. */
  readonly timeoutMs?: number
  /** At the deadline: what was printed until then, with `code` null, instead of a StepError. */
  readonly partial?: boolean
  /** For what prints at once: with nothing printed by then, nobody has started it. @throws StepError */
  readonly startMs?: number
}

/** A program, as it is sent into a pod. */
export type SentProgram = {
  /** As they are sent: gzipped where `gzipped`. */
  readonly bytes: Uint8Array
  readonly gzipped: boolean
  /** Of the program itself, in hex. */
  readonly sha256: string
}

/** When an answer read over a port-forward is whole, and how long to wait for it. */
export interface ExchangeOptions {
  readonly until: (answer: Uint8Array) => boolean
  readonly timeoutMs: number
}

/** The cluster, for looking. Throws StepErrors, and an InputError where the kubeconfig itself is at fault. */
export interface ClusterReader {
  /** The uid of the kube-system namespace: it identifies the cluster. */
  uid(): Promise<string>
  /** In a dry-run as that would leave it; `live`: as the server has it now, there too. */
  get(ref: ObjectRef, as?: 'live'): Promise<KubeObject | null>
  list(selection: Selection): Promise<readonly KubeObject[]>
  /**
   * Server-side apply of `object` with `dryRun=All` under this program's field manager. Never forced, except
   * where every conflict is one of those in `adopt`, which somebody was shown and agreed to take over.
   */
  preview(object: KubeObject, adopt?: readonly FieldConflict[]): Promise<Preview>
  /** What of these rights the server does not give us; null where it gives all, or does not tell. */
  lacking(needs: readonly Need[]): Promise<Lacking | null>
  /** All that is selected, now and after every change, until the signal aborts. @throws StepError (403, unknown kind) */
  watch(selection: Selection, signal: AbortSignal): AsyncIterable<readonly KubeObject[]>
  /** What the kubelet of a node runs with (its configz); a read through the API server. */
  kubeletConfig(node: string): Promise<Json>
  logs(
    of: PodContainer,
    options: {
      readonly previous?: boolean
      readonly lines: number
      /** Of the last so many seconds; all where left out. */
      readonly sinceS?: number
    },
  ): Promise<string>
  /** Runs a command that is on the list of those known to write nothing; any other is refused. */
  exec(of: PodContainer, argv: readonly string[], options?: ExecOptions): Promise<ExecResult>
  /**
   * Runs such a command with its standard input open until the signal aborts; gives what it prints, until it has ended,
   * or shortly after the abort. A line on its input says now and then within how many seconds the next one comes, so that
   * it can end where nobody is there any more. @throws StepError where it cannot be run, or ends with another code than 0
   */
  stream(of: PodContainer, argv: readonly string[], signal: AbortSignal): AsyncIterable<Uint8Array>
  /** Sends `bytes` to a port of a pod, reads until `until` or the connection's end. @throws StepError at the deadline */
  exchange(
    of: PodContainer,
    port: number,
    bytes: Uint8Array,
    options: ExchangeOptions,
  ): Promise<Uint8Array>
}

/** The cluster, for changing. Each write is guarded: a late or repeated one cannot overwrite. */
export interface Cluster extends ClusterReader {
  /**
   * Server-side apply under this program's field manager. `live` is what the caller saw: null sends a create
   * that fails where the object exists by now, else uid and resourceVersion bind it. `adopt` as in `preview`.
   */
  apply(
    object: KubeObject,
    live: KubeObject | null,
    adopt?: readonly FieldConflict[],
  ): Promise<KubeObject>
  /** POST of a complete object without resourceVersion; StepError where it exists. */
  create(object: KubeObject): Promise<KubeObject>
  /** PUT guarded by the object's own uid and resourceVersion; 'stale' where somebody wrote in between. */
  replace(object: KubeObject): Promise<KubeObject | 'stale'>
  /** Writes only metadata.managedFields, guarded alike. */
  setManagedFields(live: KubeObject, managedFields: readonly Json[]): Promise<KubeObject | 'stale'>
  /**
   * Has a probe of ours take the prober by the standard input of an exec, into the volume that it has for it (PUT_SCRIPT).
   * A write, though of no object. @throws StepError where that cannot be begun, or has not ended in a minute
   */
  putProber(of: PodContainer, program: SentProgram): Promise<ExecResult>
  /** DELETE with a uid precondition; 'absent' where it is gone, 'other' where the name has another uid. */
  remove(ref: ObjectRef, uid: string): Promise<'deleted' | 'absent' | 'other'>
}

/** `kind.group/name`, as kubectl prints it: `deployment.apps/coredns`. */
export function nameOf(object: {
  readonly apiVersion: string
  readonly kind: string
  readonly name?: string
  readonly metadata?: { readonly name: string }
}): string {
  const group = object.apiVersion.includes('/') ? `.${object.apiVersion.split('/')[0] ?? ''}` : ''
  return `${object.kind.toLowerCase()}${group}/${object.name ?? object.metadata?.name ?? ''}`
}

export function refOf(object: KubeObject): ObjectRef {
  const namespace = object.metadata['namespace']
  return {
    apiVersion: object.apiVersion,
    kind: object.kind,
    name: object.metadata.name,
    ...(typeof namespace === 'string' ? { namespace } : {}),
  }
}
