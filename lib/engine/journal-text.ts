import { z } from 'zod'
import { InputError } from '../core/errors.ts'
import { isObject, type Json } from '../core/json.ts'
import { type Entry, JOURNAL_VERSION, type JournalHeader } from './journal.ts'

/** A journal as read: lines understood, and how many bytes of the file they are. */
export interface JournalText {
  /** Null where there is no journal yet. */
  readonly header: JournalHeader | null
  readonly entries: readonly Entry[]
  /** A torn last line begins here; what is appended is written here. */
  readonly intact: number
}

/** Lines as they lie in the file. */
export function journalLines(lines: readonly (JournalHeader | Entry)[]): Uint8Array {
  return Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
}

/**
 * Reads a journal's bytes. A last line without its newline was torn by a crash and is left out: what
 * it would have permitted had not begun. Anything else that is not understood is refused, never guessed.
 * @throws InputError with the reason and the way out
 */
export function parseJournal(bytes: Uint8Array | null, where: string, target: string): JournalText {
  const text = Buffer.from(bytes ?? [])
  const intact = text.lastIndexOf(0x0a) + 1
  if (intact === 0) return { header: null, entries: [], intact: 0 }
  const lines = text
    .subarray(0, intact - 1)
    .toString('utf8')
    .split('\n')
  const refuse = (line: number, reason: string): InputError => refused(where, line, reason)
  const values = lines.map((line, i) => parseLine(line, () => refuse(i + 1, 'is not JSON')))
  const header = headerOf(values[0], target, (reason) => refuse(1, reason))
  let intents = 0
  const entries = values.slice(1).map((value, i) => {
    const entry = entryOf(value, intents)
    if (entry === null) throw refuse(i + 2, 'is not an entry that this version writes')
    if (entry.type === 'intent') intents += 1
    return entry
  })
  return { header, entries, intact }
}

function parseLine(line: string, refusal: () => InputError): Json {
  try {
    return JSON.parse(line) as Json
  } catch {
    throw refusal()
  }
}

function headerOf(
  value: Json | undefined,
  target: string,
  refuse: (reason: string) => InputError,
): JournalHeader {
  if (!isObject(value) || value['kind'] !== 'journal') throw refuse('does not say that it is one')
  if (value['v'] !== JOURNAL_VERSION) {
    const version = JSON.stringify(value['v'] ?? null)
    throw refuse(`has format version ${version}; this program knows ${JOURNAL_VERSION}`)
  }
  const cluster = value['cluster']
  if (typeof value['target'] !== 'string' || (cluster !== null && typeof cluster !== 'string')) {
    throw refuse('does not say whose it is')
  }
  if (value['target'] !== target) {
    throw refuse(`belongs to target ${JSON.stringify(value['target'])}, not to ${target}`)
  }
  return { v: JOURNAL_VERSION, kind: 'journal', target, cluster }
}

/** The journal of another cluster may not be used for this one. */
export function foreignCluster(where: string, theirs: string, ours: string): InputError {
  return refused(where, 1, `belongs to the cluster ${theirs}; the one here is ${ours}`)
}

function refused(where: string, line: number, reason: string): InputError {
  return new InputError({
    problem: `the journal ${where} cannot be used: line ${line} ${reason}`,
    cause:
      'it was written by another version, for another target, or damaged; guessing could destroy something',
    remedy:
      `use the program and the target that wrote it, or, to give up what only it could undo: ` +
      `mv ${where} ${where}.old`,
  })
}

const text = z.string()
/** Anything that is there: a line is JSON already. */
const anything = z.custom<Json>((value) => value !== undefined)
const run = { run: text, at: text }
const ENTRY = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('run-start'),
    ...run,
    mode: z.enum(['run', 'rollback']),
    inventory: text,
    savedPlan: text.optional(),
    only: text.optional(),
    from: text.optional(),
    to: text.optional(),
  }),
  z.object({ type: z.literal('intent'), n: z.int(), ...run, step: text, undo: anything }),
  z.object({ type: z.literal('fact'), n: z.int(), fact: anything }),
  z.object({ type: z.literal('done'), step: text }),
  z.object({ type: z.literal('failed'), step: text }),
  z.object({ type: z.literal('undone'), n: z.int() }),
  z.object({
    type: z.literal('run-end'),
    run: text,
    outcome: z.enum(['done', 'failed', 'interrupted']),
  }),
])

/** The entry that a line is, if this version writes such; `intents` is how many there were so far. */
function entryOf(value: Json, intents: number): Entry | null {
  if (!ENTRY.safeParse(value).success) return null
  const entry = value as Entry
  if (entry.type === 'intent') return entry.n === intents ? entry : null
  return !('n' in entry) || (entry.n >= 0 && entry.n < intents) ? entry : null
}
