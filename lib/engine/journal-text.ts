import { InputError } from '../core/errors.ts'
import { type Json, type JsonObject, isObject } from '../core/json.ts'
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

const isText = (value: Json | undefined): value is string => typeof value === 'string'
const isTextOrNone = (value: Json | undefined): boolean => value === undefined || isText(value)

const OUTCOMES = ['done', 'failed', 'interrupted']

/** Per type: true for what this version writes. `intents` is how many there were so far. */
const SHAPES: Readonly<Record<Entry['type'], (line: JsonObject, intents: number) => boolean>> = {
  'run-start': (line) =>
    isText(line['run']) &&
    (line['mode'] === 'run' || line['mode'] === 'rollback') &&
    isText(line['inventory']) &&
    isText(line['at']) &&
    [line['savedPlan'], line['only'], line['from'], line['to']].every(isTextOrNone),
  intent: (line, intents) =>
    line['n'] === intents &&
    isText(line['run']) &&
    isText(line['step']) &&
    isText(line['at']) &&
    line['undo'] !== undefined,
  fact: (line, intents) => isKnown(line['n'], intents) && line['fact'] !== undefined,
  done: (line) => isText(line['step']),
  failed: (line) => isText(line['step']),
  undone: (line, intents) => isKnown(line['n'], intents),
  'run-end': (line) =>
    isText(line['run']) && OUTCOMES.some((outcome) => outcome === line['outcome']),
}

function isKnown(n: Json | undefined, intents: number): boolean {
  return Number.isInteger(n) && Number(n) >= 0 && Number(n) < intents
}

function entryOf(value: Json, intents: number): Entry | null {
  if (!isObject(value) || !isText(value['type']) || !Object.hasOwn(SHAPES, value['type']))
    return null
  const type = value['type'] as Entry['type']
  return SHAPES[type](value, intents) ? (value as Entry) : null
}
