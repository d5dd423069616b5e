import { z } from 'zod'
import type { Json } from '../core/json.ts'
import { LAYERS } from '../core/layers.ts'
import { type Event, EVENT_FORMAT_VERSION } from '../ports/events.ts'

// The events of lib/ports/events.ts as a schema: what run.jsonl and `--json` have, a line each.

const text = z.string()
const texts = z.array(text).readonly()
const count = z.int().min(0)
/** Whatever JSON can hold. */
const json = z.custom<Json>((value) => value !== undefined)

const cause = z
  .object({
    code: text.describe('of a known failure (docs/failures.md), such as E3'),
    layer: z.enum(LAYERS).describe('where the fault lies'),
    certainty: z
      .enum(['seen', 'inferred'])
      .describe('whether the fault itself was seen, or only what it does'),
    cause: text,
    evidence: text.describe('the line it rests on'),
    subject: text.describe('the object or host concerned'),
    cure: text.describe('a command to paste'),
  })
  .readonly()
  .meta({ id: 'cause' })

const explanation = z
  .object({
    problem: text,
    seen: texts.exactOptional(),
    cause: text.exactOptional(),
    remedy: text,
    verdict: cause.exactOptional(),
    further: z.array(cause).readonly().exactOptional(),
    ruledOut: texts.exactOptional(),
    more: text.exactOptional(),
  })
  .readonly()
  .meta({ id: 'explanation' })

const field = z
  .object({
    path: text.describe('.spec.replicas'),
    from: json.exactOptional().describe('absent where the field is new'),
    to: json.exactOptional().describe('absent where the field goes away'),
    owner: text.exactOptional().describe('the field manager that owns it'),
    conflict: z.enum(['abort', 'skip', 'adopt']).exactOptional(),
  })
  .readonly()
  .meta({ id: 'field' })

const change = z
  .object({
    action: z.enum(['create', 'change', 'delete', 'run', 'wait', 'leave']),
    what: text.describe('deployment.apps/coredns, file /etc/x, route 10.200.1.0/24'),
    fields: z.array(field).readonly().exactOptional(),
    note: text.exactOptional(),
    uid: text.exactOptional(),
    after: json.exactOptional().describe('the object as the server says it would be'),
  })
  .readonly()
  .meta({ id: 'change' })
const changes = z.array(change).readonly()

const told = z
  .object({
    id: text,
    title: text,
    list: z.enum(['lab', 'chapter', 'faults', 'prove']),
    chapter: z
      .object({ section: text, command: text })
      .readonly()
      .describe('where the chapter has it, and the command it stands for'),
  })
  .readonly()
  .meta({ id: 'step' })

const ledger = z
  .object({ reads: count, dryRuns: count, writes: count, hostWrites: count })
  .readonly()
  .describe('what was sent to the API server, and done on the machine')

const mode = z.enum(['run', 'dry-run', 'verify', 'rollback'])

const seconds = z.int().describe('seconds since 1970')
const us = z.number().min(0).describe('microseconds')
/** Questions, and what became of them. */
const QUESTIONS = {
  worker: text,
  sent: count,
  lost: count.describe('without an answer in time'),
  wrong: count.describe('answers that say that something failed, or have nothing in them'),
  open: count.describe('not answered yet when the asking ended'),
}
const askedFrom = z
  .object({
    ...QUESTIONS,
    slowest: z.object({ us, at: seconds }).readonly().nullable(),
    bad: z
      .array(z.object({ from: seconds, to: seconds }).readonly())
      .readonly()
      .describe('when answers were lost or wrong, both ends included'),
    errors: texts,
    trouble: text.exactOptional().describe('why it asked nothing, or not all the time'),
  })
  .readonly()

/** One event of a step. */
function ofStep<Type extends string, Shape extends z.ZodRawShape>(type: Type, shape: Shape) {
  return z.object({ type: z.literal(type), step: text, ...shape }).readonly()
}

/** Each event, by its type. */
export const EVENTS = [
  z
    .object({
      type: z.literal('run-started'),
      mode,
      run: text,
      target: text,
      steps: z.array(told).readonly(),
      asked: text.exactOptional().describe('the command that was given'),
      program: text.exactOptional().describe('the version of hardway'),
      kubectl: text
        .exactOptional()
        .describe('the call that acts on the target: kubectl --kubeconfig F --context C'),
    })
    .readonly(),
  ofStep('step-started', {}),
  ofStep('step-progress', { text }),
  ofStep('step-measured', {
    lines: texts,
    table: z.literal(true).exactOptional(),
    data: z.record(text, json).readonly().describe('matrix: every cell (docs/report.md)'),
  }),
  ofStep('step-by-hand', { commands: text.describe('what a person types for the same') }),
  ofStep('step-satisfied', { because: text }),
  ofStep('step-planned', {
    changes,
    blocked: text.exactOptional().describe('why it could not be carried out'),
    explanation: explanation.exactOptional(),
    undo: texts.exactOptional(),
  }),
  ofStep('step-unknown', { after: text, because: text }),
  ofStep('step-done', { changes, proof: text }),
  ofStep('step-proven', { proof: text }),
  ofStep('step-drifted', { changes }),
  ofStep('step-failed', {
    explanation,
    undone: texts,
    goOn: text.exactOptional(),
    interrupted: z.literal(true).exactOptional(),
  }),
  ofStep('step-undone', { undone: texts }),
  ofStep('step-skipped', { because: text }),
  z
    .object({
      type: z.literal('dns-second'),
      ...QUESTIONS,
      at: seconds,
      p50: us,
      p99: us,
      max: us,
      errors: texts.describe('what is known of questions that were lost'),
    })
    .readonly(),
  z
    .object({
      type: z.literal('dns-asked'),
      lines: texts,
      server: text,
      name: text,
      rate: count.describe('questions a second, of each worker'),
      workers: z.array(askedFrom).readonly(),
    })
    .readonly(),
  z
    .object({
      type: z.literal('run-ended'),
      mode,
      outcome: z.enum(['done', 'failed', 'interrupted']),
      code: z.int().min(0).max(255).describe('the exit code'),
      error: explanation.exactOptional(),
      durationMs: z.number().min(0),
      ledger,
      notes: texts,
    })
    .readonly(),
] as const

/** What stands in each line beside its event. */
const LINE = {
  v: z.literal(EVENT_FORMAT_VERSION).describe('the version of this format'),
  time: z.iso.datetime().describe('when it was told'),
}

const event: z.ZodType<Event> = z.discriminatedUnion('type', EVENTS)
const head = z.object({ ...LINE, type: text })

/** A line of run.jsonl. */
export type Line = { readonly at: Date; readonly event: Event }

/** The types of events that this version knows. */
export const EVENT_TYPES: ReadonlySet<string> = new Set(
  EVENTS.map((one) => one.def.innerType.shape.type.value),
)

/** Reads one line; an error of zod where it does not fit. */
export function parseLine(value: unknown): Line {
  const { time } = head.parse(value)
  return { at: new Date(time), event: event.parse(value) }
}

/** The text of run.schema.json: one line of run.jsonl. */
export function runSchemaText(): string {
  const lines = z.intersection(z.object(LINE), z.discriminatedUnion('type', EVENTS))
  const schema = z.toJSONSchema(lines, {
    io: 'input',
    unrepresentable: 'any',
    override({ jsonSchema }) {
      delete jsonSchema.readOnly
      // What `format` says in a word.
      if (jsonSchema.format === 'date-time') delete jsonSchema.pattern
    },
  })
  return `${JSON.stringify({ title: 'A line of run.jsonl', ...schema }, null, 2)}\n`
}
