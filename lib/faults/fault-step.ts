import { objectsStep } from '../step-kinds/objects-step.ts'
import { at, isObject, type Json, listAt, textAt } from '../core/json.ts'
import type { Check, Reading, Step } from '../ports/step.ts'
import { resourceStep } from '../step-kinds/resource-step.ts'
import type { Breakage, Fault } from './fault.ts'
import { removalOf } from './removal.ts'

/** The three ways in which a fault changes something; each undoes its own. */
type Part = Pick<Step, 'check' | 'apply' | 'rollback'>

/** All that mending needs. `parts` is as long as `partsOf`; null where a part had nothing to do. */
interface FaultUndo {
  readonly subject: string
  readonly parts: readonly Json[]
}

/**
 * A fault as a step: `lab break` runs it, `lab mend` rolls it back, so that it is planned, journaled and
 * given back like everything else here.
 */
export function faultStep(fault: Fault): Step {
  let chosen: Promise<Breakage> | undefined
  // Whom it hits is decided once a run: what was broken is looked at afterwards, not the next best.
  const choose = (on: Reading): Promise<Breakage> => (chosen ??= fault.breaks(on))
  return {
    id: fault.id,
    title: fault.title,
    chapter: fault.chapter,
    about: {
      satisfied: `the fault is on; it needs ${fault.needs}`,
      undo: 'npx tsx run.ts lab mend puts everything back as it was',
    },
    async check(on) {
      const breakage = await choose(on)
      const checks = await Promise.all(partsOf(fault, breakage).map((part) => part.check(on)))
      return together(fault, breakage, checks)
    },
    async apply(on, changes) {
      const breakage = await choose(on)
      for (const part of partsOf(fault, breakage)) await part.apply(on, changes)
      await fault.renew?.(on, { subject: breakage.subject, mended: false })
    },
    verify: async (on) => fault.felt(on, (await choose(on)).subject),
    async rollback(on, undo, facts) {
      const { subject, parts } = undoOf(undo)
      const lines: string[] = []
      const each = partsOf(fault, { subject }).map((part, i) => [part, parts[i] ?? null] as const)
      for (const [part, found] of each.toReversed()) {
        if (found !== null) lines.push(...(await part.rollback(on, found, facts)))
      }
      await fault.renew?.(on, { subject, mended: true })
      return lines
    },
  }
}

/** What goes gives room to what comes; the machine comes last, and is given back first. */
function partsOf(fault: Fault, { gone = [], objects = [], resources = [] }: Breakage): Part[] {
  const common = { id: fault.id, title: fault.title, chapter: fault.chapter }
  return [
    removalOf(gone),
    objectsStep({ ...common, objects: () => Promise.resolve(objects) }),
    resourceStep({ ...common, resources, because: fault.title }),
  ]
}

function together(fault: Fault, { subject }: Breakage, checks: readonly Check[]): Check {
  const open = checks.filter((check) => check.status === 'drifted')
  if (open.length === 0) return { status: 'satisfied', because: `${fault.id} is in force already` }
  // What is in the way now may be what goes first.
  const [removal] = checks
  const blocked = removal?.status === 'drifted' ? undefined : open.find((one) => one.blocked)
  const parts = checks.map((check) => (check.status === 'drifted' ? check.undo : null))
  return {
    status: 'drifted',
    changes: open.flatMap(({ changes }) => changes),
    undo: { subject, parts } satisfies FaultUndo,
    ...(blocked?.blocked === undefined ? {} : { blocked: blocked.blocked }),
  }
}

function undoOf(undo: Json): FaultUndo {
  return { subject: textAt(undo, 'subject') ?? '', parts: listAt(undo, 'parts') }
}

/** What of the world a fault has in its hands, as its journal tells it. */
export interface Held {
  /** Resources and references as they were journaled. */
  readonly resources: readonly Json[]
  readonly refs: readonly Json[]
}

/** Reads from a fault's undo what it holds. */
export function heldBy(undo: Json): Held {
  const [gone, objects, resources] = undoOf(undo).parts
  const of = (list: Json | undefined, key: string): readonly Json[] =>
    (Array.isArray(list) ? (list as readonly Json[]) : []).flatMap((one) => {
      const value = at(one, key)
      return isObject(value) ? [value] : []
    })
  return { resources: of(resources, 'resource'), refs: [...of(gone, 'ref'), ...of(objects, 'ref')] }
}
