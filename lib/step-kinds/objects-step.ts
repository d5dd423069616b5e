import { allEnded } from '../core/all-ended.ts'
import { defined } from '../core/defined.ts'
import { StepError } from '../core/errors.ts'
import type { Fingerprint } from '../core/fingerprint.ts'
import { at, type Json, textAt } from '../core/json.ts'
import type { Change, OnConflict } from '../core/change.ts'
import type { Acting, Reading, Step } from '../ports/step.ts'
import { type KubeObject, nameOf, type Need, refOf } from '../ports/cluster.ts'
import { explainObjectMove, objectFingerprint } from '../objects/object-fingerprint.ts'
import { type Heading, headingOf } from './heading.ts'
import {
  beyondShown,
  type Hindrances,
  type Obstacle,
  obstacles,
  refusal,
  refusalsOf,
} from './object-refusals.ts'
import { lackingFor, planAll } from './plan-all.ts'
import { explainLacking } from '../objects/missing-rights.ts'
import { metaText } from '../objects/objects.ts'
import { fieldChanges, type Judged, type PlannedObject } from '../objects/plan-object.ts'
import { predictionOf } from '../objects/prediction.ts'
import { restoreObject, type Undo } from '../objects/restore.ts'
import type { RestoreOptions } from '../objects/restore-created.ts'

/** A step that wants objects in the cluster: applied server-side, given back exactly. */
export interface ObjectsStep extends Heading {
  /** In the order in which they are applied. */
  readonly objects: (ctx: Reading, say: Saying) => Promise<readonly KubeObject[]>
  /** What is done where others own fields with other values; `abort` where left out. */
  readonly onConflict?: OnConflict | undefined
  /** What of the objects does not fit, a line each; asked before anything is written. */
  readonly judge?: (
    all: readonly Judged[],
    ctx: Reading,
    say: Pick<Saying, 'note' | 'obstacle'>,
  ) => Promise<readonly string[]>
  /** Rights that whoever writes these objects needs besides; asked for before anything is written. */
  readonly needs?: readonly Need[]
}

/** What is to be said of the objects while they are made up. */
export type Saying = {
  /** Of them as a whole: in the plan and at the end. */
  readonly remark: (text: string) => void
  /** How one came to be as it is: in the plan. */
  readonly note: (text: string) => void
  /** What of the cluster stands in the way: the plan is blocked. */
  readonly obstacle: (obstacle: Obstacle) => void
}

/** Makes a step of objects: the server's own prediction is the plan, the live objects are the undo. */
export function objectsStep(of: ObjectsStep): Step<readonly Undo[]> {
  const ask = async (ctx: Reading) => {
    const remarks: string[] = []
    const notes: string[] = []
    const others: Obstacle[] = []
    const objects = await of.objects(ctx, {
      remark: (text) => remarks.push(text),
      note: (text) => notes.push(text),
      obstacle: (one) => others.push(one),
    })
    const all = await planAll(ctx.cluster, objects, of.onConflict ?? 'abort')
    return { remarks, notes, others, ...all }
  }
  const plan = async (ctx: Reading) => {
    const { planned, failed, remarks } = await ask(ctx)
    if (failed.length > 0) throw refusedBy(planned, { failed })
    return { planned, remarks }
  }
  return {
    ...headingOf(of),
    about: {
      satisfied: 'all objects live as wanted, whoever owns their fields',
      undo: 'objects made here are deleted, those changed are put back exactly, owners of fields included',
    },
    async check(ctx) {
      const { judged, planned, failed, others, remarks, notes } = await ask(ctx)
      const open = planned.filter(isOpen)
      const evidence = planned.map(fingerprintFor)
      if (open.length === 0 && failed.length === 0 && others.length === 0) {
        return {
          status: 'satisfied',
          because: [asWanted(planned), ...remarks].join('; '),
          evidence,
        }
      }
      const say: Parameters<NonNullable<ObjectsStep['judge']>>[2] = {
        note: (text) => notes.push(text),
        obstacle: (one) => others.push(one),
      }
      const faults = (await of.judge?.(judged, ctx, say)) ?? []
      const lacking = await lackingFor(ctx.cluster, of.needs, judged)
      if (failed.length > 0) throw refusedBy(planned, { failed, faults, others, lacking })
      const blocked = refusal(open, { failed, faults, others, lacking })
      return {
        status: 'drifted',
        changes: [...planned.flatMap(changesOf), ...[...notes, ...remarks].map(said)],
        undo: open.map(({ object, preview }): Undo => ({
          ref: refOf(object),
          before: preview.live,
          ours: 'after' in preview ? preview.after : object,
        })),
        ...(blocked === null ? {} : { blocked }),
        evidence,
      }
    },
    explainMove: explainObjectMove,
    async lackingRights(ctx) {
      const { judged } = await ask(ctx)
      const lacking = await lackingFor(ctx.cluster, of.needs, judged)
      return lacking === null ? null : explainLacking(lacking)
    },
    async apply(ctx, changes) {
      const { planned, remarks } = await plan(ctx)
      mustBePossible(planned, changes)
      for (const one of planned) if (isOpen(one)) await write(ctx, one)
      for (const remark of remarks) ctx.remark(remark)
    },
    async verify(ctx) {
      const { planned } = await plan(ctx)
      const open = planned.filter(isOpen)
      if (refusal(planned) !== null) throw refusedBy(planned)
      if (open.length === 0) return asWanted(planned)
      throw new StepError({
        problem: `${open.map(({ object }) => nameOf(object)).join(', ')} changed again at once`,
        seen: open.flatMap(movingFields),
        cause: 'a controller or another run writes the same fields',
        remedy:
          'stop it, or change the manifest to what it wants, then continue with npx tsx run.ts --resume',
      })
    },
    async rollback(ctx, undo, facts) {
      // A journal of 0.1.0 has busybox's undo as one object, or null where it was there already.
      const all = [undo as readonly Undo[] | Undo | null]
        .flat()
        .filter((one) => one !== null)
        .toReversed()
      const lines = all.map((): readonly string[] => [])
      const restore = async (one: Undo, i: number): Promise<void> => {
        const tell = (...told: readonly string[]): void => {
          lines[i] = told
          ctx.undone(lines.flat())
        }
        const { clock, signal, progress } = ctx
        const options: RestoreOptions = {
          ...{ clock, signal, progress },
          saveLast: (last) => ctx.record({ last }),
          undone: tell,
        }
        tell(...(await restoreObject(ctx.cluster, { ...one, ...written(one, facts) }, options)))
      }
      // At once: none needs another to go, and most of the time is spent on waiting for pods to end.
      await allEnded(all.map(restore))
      return lines.flat()
    },
  }
}

function movingFields(planned: PlannedObject): readonly string[] {
  const name = nameOf(planned.object)
  return fieldChanges(planned).map(({ path, owner }) =>
    owner === undefined ? `${name} ${path}` : `${name} ${path}, owned by ${owner}`,
  )
}

function fingerprintFor({ object, preview }: PlannedObject): Fingerprint {
  return objectFingerprint(object, preview.live, { asWanted: preview.outcome === 'unchanged' })
}

function isOpen({ preview }: PlannedObject): boolean {
  return preview.outcome !== 'unchanged'
}

/** What is as wanted, and what of it is left to others. */
function asWanted(planned: readonly PlannedObject[]): string {
  const left = planned.flatMap(({ object, conflicts }) =>
    conflicts.map(({ path, owner }) => `${nameOf(object)} ${path}, left to ${owner}`),
  )
  const all = `${planned.length} objects live as wanted`
  return left.length === 0 ? all : `${all}, but for ${left.join('; ')}`
}

/** Either all objects are applied or none; what is taken over is what was shown. */
function mustBePossible(planned: readonly PlannedObject[], shown: readonly Change[]): void {
  if (refusal(planned) !== null) throw refusedBy(planned)
  const unseen = beyondShown(planned, shown)
  if (unseen !== null) throw new StepError(unseen)
}

/** With all that is in the way. */
function refusedBy(planned: readonly PlannedObject[], of: Partial<Hindrances> = {}): StepError {
  const { failed = [], faults = [], others = [], lacking = null } = of
  const explanation = refusal(planned, { failed, faults, others, lacking })
  if (explanation === null) throw new Error('nothing stands in the way')
  const options = { data: { refusals: planned.flatMap(refusalsOf) }, obstacle: failed.length > 0 }
  return new StepError(explanation, options)
}

function said(remark: string): Change {
  return { action: 'leave', what: remark }
}

async function write(ctx: Acting, { object, preview, adopt }: PlannedObject): Promise<void> {
  const { live } = preview
  ctx.progress(`${live === null ? 'creating' : 'changing'} ${nameOf(object)}`)
  const ours = await ctx.cluster.apply(object, live, adopt)
  const uid = live === null ? { createdUid: textAt(ours, 'metadata', 'uid') ?? '' } : {}
  await ctx.record({ ref: refOf(object), ours, ...uid })
}

/** What the write itself had told of an object, where it got so far. */
function written({ ref }: Undo, facts: readonly Json[]): Partial<Undo> {
  const fact = facts.findLast((one) =>
    (['apiVersion', 'kind', 'namespace', 'name'] as const).every(
      (key) => at(one, 'ref', key) === ref[key],
    ),
  )
  const ours = at(fact, 'ours') as KubeObject | undefined
  return defined({ ours, createdUid: textAt(fact, 'createdUid') })
}

/** What is to become of an object; nothing where it is as wanted and nothing of it is left to others. */
function changesOf(one: PlannedObject): readonly Change[] {
  const { object, preview, conflicts } = one
  const what = nameOf(object)
  if (preview.outcome === 'created') {
    return [{ action: 'create', what, after: predictionOf(preview) }]
  }
  const known = defined({ uid: preview.live === null ? undefined : metaText(preview.live, 'uid') })
  const fields = fieldChanges(one)
  const change = { action: 'change', what, fields, ...known } as const
  switch (preview.outcome) {
    case 'unchanged':
      return conflicts.length === 0 ? [] : [{ action: 'leave', what, fields, ...known }]
    case 'changed':
      return [{ ...change, after: predictionOf(preview) }]
    case 'conflict':
      return [change]
    case 'invalid': {
      const told = fields.length === 0 ? {} : { fields }
      return [{ action: 'change', what, ...told, note: obstacles(one).join('; '), ...known }]
    }
  }
}
