import { type Explanation, StepError } from '../errors.ts'
import type { Evidence } from '../evidence.ts'
import { at, type Json, textAt } from '../json.ts'
import type { Change } from '../change.ts'
import type { Acting, Reading, Step } from '../step.ts'
import { applyMerge } from './apply-merge.ts'
import { type ClusterReader, type KubeObject, nameOf, type Preview, refOf } from './cluster.ts'
import { diffObjects } from './diff.ts'
import { FIELD_MANAGER } from './manager.ts'
import { explainObjectMove, objectEvidence } from './object-evidence.ts'
import { restoreObject, type Undo } from './restore.ts'

/** How long a rollback waits for an object that is slow to go. */
const GONE_MS = 30_000

/** A step that wants objects in the cluster: applied server-side, given back exactly. */
export interface ObjectsStep {
  readonly id: string
  readonly title: string
  readonly chapter: Step['chapter']
  /** In the order in which they are applied. */
  readonly objects: (on: Reading) => Promise<readonly KubeObject[]>
}

interface Planned {
  readonly object: KubeObject
  readonly preview: Preview
}

/** Makes a step of objects: the server's own prediction is the plan, the live objects are the undo. */
export function objectsStep(of: ObjectsStep): Step {
  return {
    id: of.id,
    title: of.title,
    chapter: of.chapter,
    about: {
      satisfied: 'all objects live as wanted, whoever owns their fields',
      undo: 'objects made here are deleted, those changed are put back exactly, owners of fields included',
    },
    async check(on) {
      const planned = await previewAll(on.cluster, await of.objects(on))
      const open = planned.filter(({ preview }) => preview.outcome !== 'unchanged')
      const evidence = planned.map(evidenceFor)
      if (open.length === 0) {
        const because = `${String(planned.length)} objects live as wanted`
        return { status: 'satisfied', because, evidence }
      }
      const blocked = refusal(open)
      return {
        status: 'drifted',
        changes: open.map(changeOf),
        undo: open.map(({ object, preview }): Undo => ({
          ref: refOf(object),
          before: preview.live,
          ours: 'after' in preview ? preview.after : object,
        })) as unknown as Json,
        ...(blocked === null ? {} : { blocked }),
        evidence,
      }
    },
    explainMove: explainObjectMove,
    async apply(on) {
      const planned = await previewAll(on.cluster, await of.objects(on))
      mustBePossible(planned)
      for (const { object, preview } of planned) {
        if (preview.outcome !== 'unchanged') await write(on, object, preview.live)
      }
    },
    async verify(on) {
      const planned = await previewAll(on.cluster, await of.objects(on))
      const open = planned.filter(({ preview }) => preview.outcome !== 'unchanged')
      mustBePossible(planned)
      if (open.length === 0) return `${String(planned.length)} objects live as wanted`
      throw new StepError({
        problem: `${open.map(({ object }) => nameOf(object)).join(', ')} changed again at once`,
        seen: open.flatMap((one) =>
          (changeOf(one).fields ?? []).map(
            ({ path, owner }) =>
              `${nameOf(one.object)} ${path}${owner === undefined ? '' : `, owned by ${owner}`}`,
          ),
        ),
        cause: 'a controller or another run writes the same fields',
        remedy:
          'stop it, or change the manifest to what it wants, then go on with npx tsx run.ts --resume',
      })
    },
    async rollback(on, undo, facts) {
      const lines: string[] = []
      for (const one of (undo as unknown as readonly Undo[]).toReversed()) {
        lines.push(
          ...(await restoreObject(
            on.cluster,
            { ...one, ...written(one, facts) },
            {
              manager: FIELD_MANAGER,
              signal: on.signal,
              deadlineMs: GONE_MS,
              say: on.say,
              saveLast: (last) => on.record({ last }),
            },
          )),
        )
      }
      return lines
    },
  }
}

function evidenceFor({ object, preview }: Planned): Evidence {
  return objectEvidence(object, preview.live, { asWanted: preview.outcome === 'unchanged' })
}

function previewAll(
  cluster: ClusterReader,
  objects: readonly KubeObject[],
): Promise<readonly Planned[]> {
  return Promise.all(
    objects.map(async (object) => ({ object, preview: await cluster.preview(object) })),
  )
}

async function write(on: Acting, object: KubeObject, live: KubeObject | null): Promise<void> {
  on.say(`${live === null ? 'creating' : 'changing'} ${nameOf(object)}`)
  const ours = await on.cluster.apply(object, live)
  const uid = live === null ? { createdUid: textAt(ours, 'metadata', 'uid') ?? '' } : {}
  await on.record({ ref: refOf(object) as unknown as Json, ours, ...uid })
}

/** What the write itself had told of an object, where it got so far. */
function written({ ref }: Undo, facts: readonly Json[]): Partial<Undo> {
  const fact = facts.findLast((one) =>
    (['apiVersion', 'kind', 'namespace', 'name'] as const).every(
      (key) => at(one, 'ref', key) === ref[key],
    ),
  )
  const ours = at(fact, 'ours')
  const createdUid = textAt(fact, 'createdUid')
  return {
    ...(ours === undefined ? {} : { ours: ours as KubeObject }),
    ...(createdUid === undefined ? {} : { createdUid }),
  }
}

function changeOf({ object, preview }: Planned): Change {
  const what = nameOf(object)
  if (preview.outcome === 'created') return { action: 'create', what }
  if (preview.outcome === 'changed') {
    return { action: 'change', what, fields: diffObjects(preview.live, preview.after) }
  }
  if (preview.outcome === 'conflict') {
    const values = diffObjects(preview.live, applyMerge(preview.live, object))
    const fields = preview.conflicts.map(({ field, manager }) => ({
      ...values.find(({ path }) => path === field),
      path: field,
      owner: manager,
    }))
    return { action: 'change', what, fields }
  }
  return { action: 'change', what, note: obstacles(object, preview).join('; ') }
}

/** Why the server would refuse, a line each; empty where it would not. */
function obstacles(object: KubeObject, preview: Preview): readonly string[] {
  if (preview.outcome === 'conflict') {
    return preview.conflicts.map(
      ({ field, manager }) =>
        `${nameOf(object)} ${field} is owned by ${manager} with another value`,
    )
  }
  if (preview.outcome !== 'invalid') return []
  return preview.reasons.map((reason) => `${nameOf(object)}: ${reason}`)
}

/** Either all objects are applied or none. */
function mustBePossible(planned: readonly Planned[]): void {
  const refused = refusal(planned)
  if (refused !== null) throw new StepError(refused)
}

/** All obstacles at once, known before the first write; null where there is none. */
function refusal(planned: readonly Planned[]): Explanation | null {
  const refused = planned.filter(({ preview }) => ['conflict', 'invalid'].includes(preview.outcome))
  const [first] = refused
  if (first === undefined) return null
  const names = refused.map(({ object }) => nameOf(object)).join(', ')
  const seen = refused.flatMap(({ object, preview }) => obstacles(object, preview))
  if (first.preview.outcome === 'conflict') {
    return {
      problem: `${names}: fields belong to somebody else`,
      seen,
      cause: 'another manager set these fields to other values and still owns them',
      remedy: giveWay(first),
    }
  }
  if (refused.every(({ preview }) => preview.live === null)) {
    return { problem: `${names} cannot be created as wanted`, seen, remedy: CORRECT }
  }
  return { problem: `${names} cannot be changed as wanted`, seen, remedy: replace(first.object) }
}

const CORRECT = 'mend what the server names, in the manifest or in the cluster, then run again'

function giveWay({ object }: Planned): string {
  return (
    `decide whose value is right: kubectl get ${target(object)} --show-managed-fields -o yaml; ` +
    'then change it there, or let the other manager go'
  )
}

function replace(object: KubeObject): string {
  return (
    `what is there stays; if it can go: kubectl get ${target(object)} -o yaml > before.yaml && ` +
    `kubectl delete ${target(object)}, then run again`
  )
}

function target(object: KubeObject): string {
  const namespace = textAt(object, 'metadata', 'namespace')
  const name = nameOf(object).replace('/', ' ')
  return namespace === undefined ? name : `-n ${namespace} ${name}`
}
