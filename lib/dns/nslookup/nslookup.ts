import { isIP } from 'node:net'
import { defined } from '../../core/defined.ts'
import { type Fact, readLine } from './nslookup-line.ts'
import { type Dialect, FAULTS, type LookupAnswer, type LookupFailure } from './nslookup-reading.ts'

export type NslookupReading = ReturnType<typeof readNslookup>

/** What nslookup left behind; `code` is null where it was killed. */
export type NslookupOutput = {
  readonly stdout: string
  readonly stderr: string
  readonly code: number | null
}

/** No lookup says as much as this; a pod may. */
const MAX_LENGTH = 64 * 1024

/**
 * Understands the output of busybox nslookup (up to 1.28, and since) and of BIND 9's. Says what was
 * answered by the addresses shown, never by the exit code, which is 1 with a right answer in busybox
 * 1.31 and 0 with none in 1.29. Never throws; looks at the first 64 KiB of each stream.
 */
export function readNslookup({ stdout, stderr, code }: NslookupOutput) {
  const notes: Notes = {
    ...{ dialect: 'unknown', server: {}, subject: undefined, gaveUp: false },
    ...{ answers: [], aliases: [], failures: [] },
  }
  for (const text of [stdout, stderr]) {
    for (const line of wholeLines(text, code === null)) note(notes, readLine(line))
    note(notes, undefined)
  }
  const { dialect, server } = notes
  const answers = dialect === 'unknown' ? [] : unique(notes.answers)
  const failures = failuresIn(notes)
  // Since 1.34 busybox is silent about a name that has no address.
  const silence = dialect === 'unknown' ? 'unreadable' : 'no-answer'
  const fault = FAULTS.find((one) => failures.some(({ reason }) => reason === one)) ?? silence
  return {
    /** Where it is unknown, there are no answers. */
    dialect,
    /**
     * The server's address, and its own name (busybox up to 1.28): it was reached and answers reverse lookups.
     */
    ...defined({ server: server.address, serverName: server.name }),
    answers,
    /** ExternalName services and the like: `name` is another word for `canonical`. */
    aliases: unique(notes.aliases),
    /** What was said to have failed, each once; there may be answers all the same. */
    failures,
    /** `answer`, the gravest of the failures, or `unreadable` for what is no nslookup output. */
    outcome: answers.length > 0 ? 'answer' : fault,
  }
}

/** Half an address may be another address: where the end is cut off, so is the last line. */
function wholeLines(text: string, killed: boolean): readonly string[] {
  const lines = text.slice(0, MAX_LENGTH).split('\n')
  return killed || text.length > MAX_LENGTH ? lines.slice(0, -1) : lines
}

/** What the lines up to now have said: whose address the next one is depends on the lines before. */
type Notes = {
  dialect: Dialect | 'unknown'
  server: { readonly address?: string; readonly name?: string }
  /** What the next address belongs to; undefined where to nothing. */
  subject: 'server' | { readonly name: string } | undefined
  gaveUp: boolean
  readonly answers: LookupAnswer[]
  readonly aliases: { readonly name: string; readonly canonical: string }[]
  readonly failures: LookupFailure[]
}

function note(notes: Notes, fact: Fact | undefined): void {
  if (fact?.dialect !== undefined && notes.dialect === 'unknown') notes.dialect = fact.dialect
  if (fact?.says !== 'address') notes.subject = undefined
  switch (fact?.says) {
    case 'server':
      notes.subject = 'server'
      if (isIP(fact.server) !== 0) notes.server = { address: fact.server }
      return
    case 'name':
      notes.subject = { name: fact.name }
      return
    case 'address':
      noteAddress(notes, fact)
      return
    case 'pointer':
      notes.answers.push({ name: fact.name, address: fact.address })
      return
    case 'alias':
      notes.aliases.push({ name: fact.name, canonical: fact.canonical })
      return
    case 'failure':
      notes.failures.push(fact.failure)
      if (fact.server !== undefined) notes.server = { address: fact.server, ...notes.server }
      return
    case 'gave-up':
      notes.gaveUp = true
      return
    case undefined:
  }
}

function noteAddress(
  notes: Notes,
  { address, pointer }: { readonly address: string; readonly pointer?: string },
): void {
  if (notes.subject === 'server') notes.server = defined({ address, name: pointer })
  else if (notes.subject !== undefined) {
    const { name } = notes.subject
    if (isIP(name) === 0) notes.answers.push(defined({ name, address, pointer }))
    else if (pointer !== undefined) notes.answers.push({ name: pointer, address })
    else notes.failures.push({ reason: 'unresolved', name })
  }
}

function failuresIn({ failures, gaveUp }: Notes): readonly LookupFailure[] {
  const all = unique(failures)
  // Both programs say "timed out" or less at the end, whatever it was.
  if (gaveUp && all.every(({ name }) => name !== undefined)) all.push({ reason: 'timeout' })
  const named = all.flatMap(({ name, reason }) => (name === undefined ? [] : [reason]))
  return all.filter(({ name, reason }) => name !== undefined || !named.includes(reason))
}

function unique<T extends object>(items: readonly T[]): T[] {
  return [...new Map(items.map((item) => [JSON.stringify(item), item])).values()]
}
