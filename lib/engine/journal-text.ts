import { InputError } from '../core/errors.ts'
import { isObject, type Json, parseJson } from '../core/json.ts'
import { type Entry, entryOf, JOURNAL_VERSION, type JournalHeader } from './journal-entry.ts'

/** A journal as read: lines understood, and how many bytes of the file they are. */
type JournalText = {
  /** Null where there is no journal yet. */
  readonly header: JournalHeader | null
  readonly entries: readonly Entry[]
  /** A torn last line begins here; what is appended is written here. */
  readonly intact: number
}

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
  const refuse = (line: number, reason: string): InputError => refused(where, line, reason)
  const lines = text.toString('utf8', 0, intact - 1).split('\n')
  const values = lines.map((line, i) => {
    const value = parseJson(line)
    if (value === undefined) throw refuse(i + 1, 'is not JSON')
    return value
  })
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
