import { createHash } from 'node:crypto'
import { z } from 'zod'
import { InputError } from '../core/errors.ts'
import type { Fingerprint } from '../core/fingerprint.ts'
import { isObject, parseJson } from '../core/json.ts'
import type { Changes } from '../core/change.ts'
import type { ListName } from '../ports/events.ts'
import type { Check } from '../ports/step.ts'

/** The format of a saved plan; another one is refused. */
export const PLAN_VERSION = 1

const text = z.string()
const EVIDENCE = z.array(z.object({ what: text, digest: text, found: z.json() }))
const CHANGES = z.array(
  z.object({
    action: z.enum(['create', 'change', 'delete', 'run', 'wait', 'leave']),
    what: text,
    fields: z.array(z.object({ path: text })).optional(),
    note: text.optional(),
  }),
)
const evidence = z.custom<readonly Fingerprint[]>((value) => EVIDENCE.safeParse(value).success)
const changes = z.custom<Changes>((value) => CHANGES.safeParse(value).success)

const STEP = z.object({
  list: z.custom<ListName>((name) => name === 'lab' || name === 'chapter'),
  step: text,
  /** Without its undo: what was there before is looked at again, and goes into the journal only. */
  check: z.discriminatedUnion('status', [
    z.object({ status: z.literal('satisfied'), because: text, evidence }),
    z.object({ status: z.literal('drifted'), changes, evidence }),
    z.object({ status: z.literal('unknown'), after: text, because: text }),
  ]),
})

const PLAN = z.object({
  v: z.literal(PLAN_VERSION),
  kind: z.literal('plan'),
  /** When, ISO 8601. */
  made: text,
  /** Version of the program that made it: another one may have other steps under the same names. */
  program: text,
  target: text,
  inventory: text,
  /** The cluster's uid; null where there was none, or none that answered. */
  cluster: text.nullable(),
  from: text.exactOptional(),
  only: text.exactOptional(),
  /** In their order; those that were left out are not among them. */
  steps: z.array(STEP),
})

/** What a dry-run found, kept so that exactly that can be carried out later. */
export type SavedPlan = Readonly<z.infer<typeof PLAN>>

export type SavedStep = Readonly<z.infer<typeof STEP>>

export type SavedCheck = SavedStep['check']

export interface PlanStore {
  readonly where: string
  /** Throws InputError where something is there already, or nothing can be put there. */
  mustBeFree(): Promise<void>
  /** Puts it there, durably; never over another file. @throws InputError, StepError */
  write(text: string): Promise<void>
}

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

export function planText(plan: SavedPlan): string {
  return `${JSON.stringify(plan, null, 2)}\n`
}

/** Tells one plan from another; a journal keeps it. */
export function planDigest(plan: SavedPlan): string {
  return createHash('sha256').update(planText(plan)).digest('hex')
}

/** Reads a plan's text. Anything that this version does not write is refused. @throws InputError */
export function parsePlan(text: string, where: string): SavedPlan {
  const value = parseJson(text)
  if (value === undefined) throw refused(where, 'it is not JSON, or only part of it')
  if (!isObject(value) || value['kind'] !== 'plan')
    throw refused(where, 'it does not say it is one')
  if (value['v'] !== PLAN_VERSION) {
    const version = JSON.stringify(value['v'] ?? null)
    throw refused(where, `it has format version ${version}; this program knows ${PLAN_VERSION}`)
  }
  if (!PLAN.safeParse(value).success) {
    throw refused(where, 'it does not have the shape that this version writes')
  }
  // As it was read: the values of fields, which the shape leaves out, are kept.
  return value as SavedPlan
}

function refused(where: string, reason: string): InputError {
  return new InputError({
    problem: `${where} cannot be used as a plan: ${reason}`,
    cause: 'it was written by another version or by something else, or damaged; nothing is guessed',
    remedy: 'make another one: npx tsx run.ts --dry-run --save FILE',
  })
}
