import { LAYERS } from '../core/layers.ts'
import { objectsStep } from '../step-kinds/objects-step.ts'
import { StepError } from '../core/errors.ts'
import type { Edition } from '../inventory/editions.ts'
import { at, isObject, type Json, type JsonObject, listAt } from '../core/json.ts'
import type { ObjectRef } from '../ports/cluster.ts'
import type { Resource } from '../ports/resources.ts'
import type { Check, Reading, Step } from '../ports/step.ts'
import { resourceStep } from '../step-kinds/resource-step.ts'
import { type Breakage, type Fault, fitsEdition } from './fault.ts'
import { removalOf } from './removal.ts'

/** The three ways in which a fault changes something; each undoes its own. */
type Part = Pick<Step, 'check' | 'apply' | 'rollback'>

/** All that mending needs. `parts` is as long as `partsOf`; null where a part had nothing to do. */
export type FaultUndo = {
  readonly subject: string
  readonly parts: readonly Json[]
}

/**
 * A fault as a step: `lab break` runs it, `lab mend` rolls it back, so that it is planned, journaled and
 * given back like everything else here.
 */
export function faultStep(fault: Fault, edition: Edition): Step<FaultUndo> {
  let chosen: Promise<Breakage> | undefined
  // Whom it hits is decided once a run: what was broken is looked at afterwards, not the next best.
  const choose = (ctx: Reading): Promise<Breakage> => (chosen ??= fault.plan(ctx))
  return {
    id: fault.id,
    title: fault.title,
    chapter: fault.chapter,
    touches: LAYERS,
    // Mending is no change that somebody has to decide upon.
    changesDns: { takenAwayBy: () => true },
    about: {
      satisfied: `the fault is on; it requires ${fault.requires}`,
      undo: 'npx tsx run.ts lab mend puts everything back as it was',
    },
    async check(ctx) {
      if (!fitsEdition(fault, edition)) throw noEffect(edition)
      const breakage = await choose(ctx)
      const checks = await Promise.all(partsOf(fault, breakage).map((part) => part.check(ctx)))
      return together(fault, breakage, checks)
    },
    async apply(ctx, changes) {
      const breakage = await choose(ctx)
      for (const part of partsOf(fault, breakage)) await part.apply(ctx, changes)
      await fault.restartAffected?.(ctx, { subject: breakage.subject, mended: false })
    },
    verify: async (ctx) => fault.waitUntilVisible(ctx, (await choose(ctx)).subject),
    async rollback(ctx, { subject, parts }, facts) {
      const lines: string[] = []
      const each = partsOf(fault, { subject }).map((part, i) => [part, parts[i] ?? null] as const)
      for (const [part, found] of each.toReversed()) {
        if (found === null) continue
        const undone = (more: readonly string[]): void => {
          ctx.undone([...lines, ...more])
        }
        lines.push(...(await part.rollback({ ...ctx, undone }, found, facts)))
        ctx.undone(lines)
      }
      await fault.restartAffected?.(ctx, { subject, mended: true })
      return lines
    },
  }
}

function noEffect(edition: Edition): StepError {
  return new StepError({
    problem: `this fault has no effect on the CoreDNS of edition ${edition}`,
    remedy: 'choose another fault: npx tsx run.ts lab faults',
  })
}

/** What goes gives room to what comes; the machine comes last, and is given back first. */
function partsOf(fault: Fault, { gone = [], objects = [], resources = [] }: Breakage): Part[] {
  const { id, title, chapter } = fault
  const common = { id, title, chapter, touches: LAYERS }
  return [
    removalOf(gone),
    // It breaks what is there, whoever has made it so, by an earlier cure for instance; undo gives owners back.
    objectsStep({ ...common, objects: () => Promise.resolve(objects), onConflict: 'adopt' }),
    resourceStep({ ...common, resources, because: fault.title }),
  ]
}

function together(fault: Fault, { subject }: Breakage, checks: readonly Check[]): Check<FaultUndo> {
  const open = checks.filter((check) => check.status === 'drifted')
  if (open.length === 0) return { status: 'satisfied', because: `${fault.id} is in effect already` }
  // What is in the way now may be what goes first.
  const [removal] = checks
  const blocked = removal?.status === 'drifted' ? undefined : open.find((one) => one.blocked)
  const parts = checks.map((check) => (check.status === 'drifted' ? check.undo : null))
  return {
    status: 'drifted',
    changes: open.flatMap(({ changes }) => changes),
    undo: { subject, parts },
    ...(blocked?.blocked === undefined ? {} : { blocked: blocked.blocked }),
  }
}

/** What of the world a fault has in its hands, as its journal tells it. */
export type Held = {
  readonly resources: readonly Resource[]
  readonly refs: readonly ObjectRef[]
}

/** Reads from a fault's undo what it holds. */
export function heldBy(undo: Json): Held {
  const of = (parts: readonly number[], key: 'ref' | 'resource'): readonly JsonObject[] =>
    parts
      .flatMap((part) => listAt(undo, 'parts', part))
      .map((one) => at(one, key) ?? null)
      .filter(isObject)
  return {
    resources: of([2], 'resource') as readonly Resource[],
    refs: of([0, 1], 'ref') as readonly ObjectRef[],
  }
}
