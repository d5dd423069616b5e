import type { Change } from '../core/change.ts'
import type { Explanation } from '../core/errors.ts'
import { type Refusal, refusalInWords } from '../core/look-data.ts'
import { sameJson, textAt } from '../core/json.ts'
import { type KubeObject, nameOf } from '../ports/cluster.ts'
import { metaText, describe } from '../objects/objects.ts'
import type { ConflictField, PlannedObject } from '../objects/plan-object.ts'

/** Why the server would refuse, a line each; empty where it would not. */
export function obstacles({ object, preview, conflicts }: PlannedObject): readonly string[] {
  if (preview.outcome === 'invalid') return refusalsOf({ object, preview }).map(refusalInWords)
  if (preview.outcome !== 'conflict') return []
  return conflicts.map(
    ({ path, owner }) => `${nameOf(object)} ${path} is owned by ${owner} with another value`,
  )
}

/** What the server itself would not store, and why. */
export function refusalsOf({
  object,
  preview,
}: Pick<PlannedObject, 'object' | 'preview'>): readonly Refusal[] {
  if (preview.outcome !== 'invalid') return []
  return preview.reasons.map((reason) => ({ object: nameOf(object), ...reason }))
}

/** All obstacles at once, known before the first write; null where there is none. */
export function refusal(planned: readonly PlannedObject[]): Explanation | null {
  const refused = planned.filter(({ preview }) => ['conflict', 'invalid'].includes(preview.outcome))
  // What cannot be changed at all comes first: no owner's giving way would help.
  const first = refused.find(({ preview }) => preview.outcome === 'invalid') ?? refused[0]
  if (first === undefined) return null
  const names = refused.map(({ object }) => nameOf(object)).join(', ')
  const seen = refused.flatMap(obstacles)
  if (first.preview.outcome === 'conflict') {
    return {
      problem: `${names}: fields belong to somebody else`,
      seen,
      cause: 'another manager set these fields to other values and still owns them',
      remedy: giveWay(first.object),
    }
  }
  if (refused.every(({ preview }) => preview.live === null)) {
    return { problem: `${names} cannot be created as wanted`, seen, remedy: CORRECT }
  }
  return { problem: `${names} cannot be changed as wanted`, seen, remedy: replace(first) }
}

const CORRECT = 'fix what the server names, in the manifest or in the cluster, then run again'

function giveWay(object: KubeObject): string {
  return (
    `decide whose values are right: kubectl get ${target(object)} --show-managed-fields -o yaml; ` +
    'then npx tsx run.ts --on-conflict skip to leave these fields as they are, ' +
    'or npx tsx run.ts --on-conflict adopt to take over these and no others'
  )
}

/** Kinds that others may be served by. */
const SERVING = ['Service', 'Deployment', 'DaemonSet', 'Pod']

function replace({ object, conflicts }: PlannedObject): string {
  const outage = SERVING.includes(object.kind)
    ? ' (whoever it serves is without it until the next run has made it)'
    : ''
  const command =
    'what is there stays, and the manifest can be changed to have the same; ' +
    `if it can go${outage}: kubectl get ${target(object)} -o yaml > before.yaml && ` +
    `kubectl delete ${target(object)}, then run again`
  if (conflicts.length === 0) return command
  return `${command}; or leave what others own as it is: npx tsx run.ts --on-conflict skip`
}

function target(object: KubeObject): string {
  const namespace = textAt(object, 'metadata', 'namespace')
  const name = nameOf(object).replace('/', ' ')
  return namespace === undefined ? name : `-n ${namespace} ${name}`
}

/** Why nothing may be taken over: conflicts, or values in them, that `shown` (the check's changes) did not have. */
export function beyondShown(
  planned: readonly PlannedObject[],
  shown: readonly Change[],
): Explanation | null {
  const unseen = planned.flatMap((one) => {
    if (one.adopt.length === 0) return []
    const uid = metaText(one.preview.live ?? one.object, 'uid')
    const known = shown.find((change) => change.uid === uid)?.fields ?? []
    return one.conflicts
      .filter((field) => !known.some((other) => sameConflict(other, field)))
      .map(({ path, owner }) => `${describe(one.object)} ${path}, owned by ${owner}`)
  })
  if (unseen.length === 0) return null
  return {
    problem: 'others have taken or changed fields since the plan was shown',
    seen: unseen,
    cause: 'only what was shown is taken over',
    remedy: 'look again with npx tsx run.ts --dry-run --on-conflict adopt, then run again',
  }
}

/** The same field, still with the value and the owner that were shown. */
function sameConflict(
  shown: Pick<ConflictField, 'path' | 'from'> & Partial<ConflictField>,
  now: ConflictField,
): boolean {
  return (
    shown.conflict === 'adopt' &&
    shown.path === now.path &&
    shown.owner === now.owner &&
    sameJson(shown.from, now.from)
  )
}
