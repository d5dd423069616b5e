import { createHash } from 'node:crypto'
import { z } from 'zod'
import { InputError } from '../core/errors.ts'
import type { Evidence } from '../core/fingerprint.ts'
import { isObject, type Json } from '../core/json.ts'
import type { Changes } from '../core/change.ts'
import type { Check, StepId } from '../ports/step.ts'
import type { ListName } from '../ports/events.ts'

/** The format of a saved plan; another one is refused. */
export const PLAN_VERSION = 1

/** What a dry-run found, kept so that exactly that can be carried out later. */
export type SavedPlan = {
  readonly v: typeof PLAN_VERSION
  readonly kind: 'plan'
  /** When, ISO 8601. */
  readonly made: string
  /** Version of the program that made it: another one may have other steps under the same names. */
  readonly program: string
  readonly target: string
  /** Fingerprint of the inventory. */
  readonly inventory: string
  /** The cluster's uid; null where there was none, or none that answered. */
  readonly cluster: string | null
  readonly from?: StepId
  readonly only?: StepId
  /** In their order; those that were left out are not among them. */
  readonly steps: readonly SavedStep[]
}

export type SavedStep = {
  readonly list: ListName
  readonly step: StepId
  readonly check: SavedCheck
}

/** A check without its undo: what was there before is looked at again, and goes into the journal only. */
export type SavedCheck =
  | {
      readonly status: 'satisfied'
      readonly because: string
      readonly evidence: readonly Evidence[]
    }
  | {
      readonly status: 'drifted'
      readonly changes: Changes
      readonly evidence: readonly Evidence[]
    }
  | { readonly status: 'unknown'; readonly after: StepId; readonly because: string }

/** Where a plan's text is kept. */
export interface PlanStore {
  /** The path, for messages. */
  readonly where: string
  /** Throws InputError where something is there already, or nothing can be put there. */
  mustBeFree(): Promise<void>
  /** Puts it there, durably; never over another file. @throws InputError, StepError */
  write(text: string): Promise<void>
}

/** What of a check is kept. */
export function savedCheck(check: Check): SavedCheck {
  switch (check.status) {
    case 'satisfied':
      return { status: 'satisfied', because: check.because, evidence: check.evidence ?? [] }
    case 'drifted':
      return { status: 'drifted', changes: check.changes, evidence: check.evidence ?? [] }
    case 'unknown':
      return check
  }
}

/** The file's text. */
export function planText(plan: SavedPlan): string {
  return `${JSON.stringify(plan, null, 2)}\n`
}

/** Tells one plan from another; a journal keeps it. */
export function planDigest(plan: SavedPlan): string {
  return createHash('sha256').update(planText(plan)).digest('hex')
}

/** Reads a plan's text. Anything that this version does not write is refused. @throws InputError */
export function parsePlan(text: string, where: string): SavedPlan {
  let value: Json
  try {
    value = JSON.parse(text) as Json
  } catch {
    throw refused(where, 'it is not JSON, or only part of it')
  }
  if (!isObject(value) || value['kind'] !== 'plan')
    throw refused(where, 'it does not say it is one')
  if (value['v'] !== PLAN_VERSION) {
    const version = JSON.stringify(value['v'] ?? null)
    throw refused(where, `it has format version ${version}; this program knows ${PLAN_VERSION}`)
  }
  if (!SHAPE.safeParse(value).success) {
    throw refused(where, 'it does not have the shape that this version writes')
  }
  return value as SavedPlan
}

function refused(where: string, reason: string): InputError {
  return new InputError({
    problem: `${where} cannot be used as a plan: ${reason}`,
    cause: 'it was written by another version or by something else, or damaged; nothing is guessed',
    remedy: 'make another one: npx tsx run.ts --dry-run --save FILE',
  })
}

const text = z.string()
const evidence = z.array(z.object({ what: text, digest: text, found: z.json() }))
const changes = z.array(
  z.object({
    action: z.enum(['create', 'change', 'delete', 'run', 'wait', 'leave']),
    what: text,
    fields: z.array(z.object({ path: text })).optional(),
    note: text.optional(),
  }),
)
const SHAPE = z.object({
  made: text,
  program: text,
  target: text,
  inventory: text,
  cluster: text.nullable(),
  from: text.optional(),
  only: text.optional(),
  steps: z.array(
    z.object({
      list: z.enum(['lab', 'chapter']),
      step: text,
      check: z.discriminatedUnion('status', [
        z.object({ status: z.literal('satisfied'), because: text, evidence }),
        z.object({ status: z.literal('drifted'), changes, evidence }),
        z.object({ status: z.literal('unknown'), after: text, because: text }),
      ]),
    }),
  ),
})
