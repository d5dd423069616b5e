import { z } from 'zod'
import { isObject, type Json } from '../core/json.ts'

/** The version of the journal's format; another one is refused. */
export const JOURNAL_VERSION = 1

/** The first line: what the journal belongs to. */
export type JournalHeader = {
  readonly v: typeof JOURNAL_VERSION
  readonly kind: 'journal'
  readonly target: string
  /** The uid of the cluster's kube-system namespace; null where the list is not about a cluster. */
  readonly cluster: string | null
}

const text = z.string()
/** Anything that is there: a line is JSON already. */
const json = z.custom<Json>((value) => value !== undefined)
/** Which intent, counted from 0. */
const n = z.int()

/** Every line after the first. */
const ENTRY = z.discriminatedUnion('type', [
  /** A run that is about to write. The same id again: the run goes on in a new process. */
  z.object({
    type: z.literal('run-start'),
    run: text,
    at: text,
    mode: z.enum(['run', 'rollback']),
    inventory: text,
    /** Digest of the saved plan that the run is bound to. */
    savedPlan: text.exactOptional(),
    only: text.exactOptional(),
    from: text.exactOptional(),
    to: text.exactOptional(),
    /** Of a rollback that undoes the changes of one run: which. */
    undoes: text.exactOptional(),
  }),
  /** Before the first write of a step: all that undo needs. */
  z.object({ type: z.literal('intent'), n, run: text, at: text, step: text, undo: json }),
  /** What only the write itself could tell. */
  z.object({ type: z.literal('fact'), n, fact: json }),
  /** Applied and verified: closes all open intents of the step. */
  z.object({ type: z.literal('done'), step: text }),
  z.object({ type: z.literal('failed'), step: text }),
  z.object({ type: z.literal('undone'), n }),
  z.object({
    type: z.literal('run-end'),
    run: text,
    outcome: z.enum(['done', 'failed', 'interrupted']),
  }),
])

export type Entry = Readonly<z.infer<typeof ENTRY>>

export type EntryOf<T extends Entry['type']> = Extract<Entry, { type: T }>

/** The entry that a line is, if this version writes such; `intents` is how many there were so far. */
export function entryOf(value: Json, intents: number): Entry | null {
  if (!isObject(value) || !ENTRY.safeParse(value).success) return null
  const entry = value as Entry
  if (entry.type === 'intent') return entry.n === intents ? entry : null
  return !('n' in entry) || (entry.n >= 0 && entry.n < intents) ? entry : null
}
