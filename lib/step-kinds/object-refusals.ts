import type { Change } from '../core/change.ts'
import type { Explanation, StepError } from '../core/errors.ts'
import { type Holder, type Refusal, refusalInWords } from '../core/look-data.ts'
import { sameJson, textAt } from '../core/json.ts'
import { type KubeObject, type Lacking, nameOf } from '../ports/cluster.ts'
import { metaText, describe } from '../objects/objects.ts'
import type { ConflictField, PlannedObject } from '../objects/plan-object.ts'
import { grant, rightsInWords } from '../objects/missing-rights.ts'

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

/** Something of the cluster that stands in the way, and what is to be done about it. */
export type Obstacle = { readonly seen: string; readonly remedy: string }

/** What stands in the way besides what the server says of single objects. */
export type Hindrances = {
  /** What of the objects themselves does not fit, a line each. */
  readonly faults: readonly string[]
  readonly others: readonly Obstacle[]
  /** What could not even be asked: a kind that is not there, a right that lacks. */
  readonly failed: readonly StepError[]
  readonly lacking: Lacking | null
}

const NONE: Hindrances = { faults: [], others: [], failed: [], lacking: null }

/** All obstacles at once, known before the first write; null where there is none. */
export function refusal(
  planned: readonly PlannedObject[],
  { faults, others, failed, lacking }: Hindrances = NONE,
): Explanation | null {
  const refused = planned.filter(({ preview }) => ['conflict', 'invalid'].includes(preview.outcome))
  // What lacks is told, and granted, in one go.
  const rest = failed
    .filter(({ lacksRight }) => lacking === null || !lacksRight)
    .map(({ explanation }) => explanation)
  const seen = [
    ...faults,
    ...others.map(({ seen }) => seen),
    ...refused.flatMap(obstacles),
    ...rest.map(({ problem, seen: [first] = [] }) =>
      first === undefined ? problem : `${problem}: ${first}`,
    ),
    ...(lacking === null ? [] : rightsInWords(lacking)),
  ]
  if (seen.length === 0) return null
  const remedies = [
    ...(faults.length > 0 ? [FIX_MANIFEST] : []),
    ...others.map(({ remedy }) => remedy),
    ...remediesFor(refused).filter((one) => faults.length === 0 || one !== CORRECT),
    ...rest.map(({ remedy }) => remedy),
    ...(lacking === null ? [] : [grant(lacking)]),
  ]
  return { ...problemOf(refused, seen.length), seen, remedy: [...new Set(remedies)].join('; ') }
}

const FIX_MANIFEST =
  'fix the manifest where the lines above say so (manifest.url and manifest.sha256 of inventory.yaml name it), then run again'

/** One kind of obstacle is called by its name. */
function problemOf(
  refused: readonly PlannedObject[],
  all: number,
): Pick<Explanation, 'problem' | 'cause'> {
  const names = refused.map(({ object }) => nameOf(object)).join(', ')
  const own = refused.flatMap(obstacles).length
  if (own < all) {
    return {
      problem: `the objects cannot be applied as they are: ${all} ${all === 1 ? 'thing stands' : 'things stand'} in the way`,
    }
  }
  if (refused.every(({ preview }) => preview.outcome === 'conflict')) {
    return {
      problem: `${names}: fields belong to somebody else`,
      cause: scaledBy(refused)
        ? 'an autoscaler sets the replicas, and would set them again whatever a run writes'
        : 'another manager set these fields to other values and still owns them',
    }
  }
  const isNew = refused.every(({ preview }) => preview.live === null)
  const causes = new Set(
    refused.flatMap(refusalsOf).flatMap(({ admission }) => admission?.cause ?? []),
  )
  return {
    ...(causes.size === 0 ? {} : { cause: [...causes].join('; ') }),
    problem: `${names} cannot be ${isNew ? 'created' : 'changed'} as wanted`,
  }
}

/** What cannot be changed at all comes first: no owner's giving way would help. */
function remediesFor(refused: readonly PlannedObject[]): readonly string[] {
  const impossible = refused.filter(({ preview }) => preview.outcome === 'invalid')
  const [conflicting] = refused.filter(({ preview }) => preview.outcome === 'conflict')
  const told = impossible.map((one) => {
    const holder = refusalsOf(one).find((reason) => reason.holder !== undefined)?.holder
    if (holder !== undefined) return moveAway(holder)
    const reasons = refusalsOf(one)
    const cures = new Set(reasons.flatMap(({ admission }) => admission?.cure ?? []))
    if (cures.size > 0) return [...cures].join('; ')
    if (reasons.every(({ written }) => written === true)) return FIX_MANIFEST
    return one.preview.live !== null && reasons.some(isFixed) ? keep(one) : CORRECT
  })
  if (conflicting === undefined) return told
  return [...told, scaledBy(refused) ? LEAVE_SCALED : giveWay(conflicting.object)]
}

/** By who writes it: the controller of HorizontalPodAutoscalers, or an autoscaler of its own, such as that of kubernetes-sigs. */
const AUTOSCALERS = /^kube-controller-manager$|autoscaler|^keda/

const LEAVE_SCALED =
  'kubectl get hpa -A; npx tsx run.ts --on-conflict skip, which leaves the replicas to the autoscaler'

/** Nothing else is in the way. */
function scaledBy(refused: readonly PlannedObject[]): boolean {
  const all = refused.flatMap(({ conflicts }) => conflicts)
  return (
    all.length > 0 &&
    all.every(({ path, owner }) => path === '.spec.replicas' && AUTOSCALERS.test(owner))
  )
}

/** The server's words for what can never be changed in an object that is there. */
function isFixed({ message }: Refusal): boolean {
  return /\bimmutable\b|\bmay not (?:be )?change|\bcannot change\b|\bmay not be unset|\bcan ?not be unset|updates to \w+ spec for fields other/i.test(
    message,
  )
}

const CORRECT = 'fix what the server names, in the manifest or in the cluster, then run again'

function giveWay(object: KubeObject): string {
  return (
    `decide whose values are right: kubectl get ${target(object)} --show-managed-fields -o yaml; ` +
    'then npx tsx run.ts --on-conflict skip to leave these fields as they are, ' +
    'or npx tsx run.ts --on-conflict adopt to take over these and no others'
  )
}

/** What is there may serve, so nothing is told that takes it away. */
function keep({ object, conflicts }: PlannedObject): string {
  const command = `what is there stays: kubectl get ${target(object)} -o yaml shows it; write the same values into the manifest, or give its object another name, then run again`
  if (conflicts.length === 0) return command
  return `${command}; or leave what others own as it is: npx tsx run.ts --on-conflict skip`
}

/** The other Service goes on: with the same spec, at an address that the server chooses. */
function moveAway({ namespace, name, owner, dns }: Holder): string {
  const service = `service ${name}`
  if (dns) {
    return `${name} serves DNS there already: leave DNS to it (npx tsx run.ts prove shows whether it works), or give the manifest's Service another address, which kubelets then need as clusterDNS`
  }
  const file = `${name}.yaml`
  const drop = `sed -E '/^  (clusterIPs?|uid|resourceVersion):/d; /^  - [0-9a-f.:]+$/d'`
  const made =
    owner === undefined ? '' : ` (${owner} made it: better have that give it another one)`
  return (
    `${name} has to stay, at another address: recreate it without clusterIP${made}: ` +
    `kubectl get -n ${namespace} ${service} -o yaml | ${drop} > ${file} && ` +
    `kubectl replace --force -n ${namespace} -f ${file}; then run again`
  )
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
