import { advance, EMPTY, fold, type JournalState } from './journal.ts'
import { type Entry, JOURNAL_VERSION, type JournalHeader } from './journal-entry.ts'
import { foreignCluster, journalLines, parseJournal } from './journal-text.ts'
import type { StepList } from './setup.ts'

/** One list's journal, read and written. The state is always that of the lines on the disk. */
export interface Logbook {
  readonly where: string
  state(): JournalState
  /** Reads it again. Throws InputError where it cannot be used. */
  load(): Promise<void>
  /** Throws InputError when it belongs to another cluster than the one that answers. */
  checkCluster(): Promise<void>
  /** Durable on return; the very first call also writes the header. */
  append(...entries: readonly Entry[]): Promise<void>
  close(): Promise<void>
}

/** Opens nothing yet: the file is made by the first `append`. */
export function logbook(list: StepList): Logbook {
  let header: JournalHeader | null = null
  let state = EMPTY
  let end = 0
  let last: Promise<unknown> = Promise.resolve()
  const identity = async (): Promise<string | null> => (await list.identity?.()) ?? null
  const write = async (entries: readonly Entry[]): Promise<void> => {
    const first = header ?? (await newHeader(list.target, identity))
    const bytes = journalLines(header === null ? [first, ...entries] : entries)
    await list.journal.write(end, bytes)
    header = first
    end += bytes.length
    // As a later process will read it, so that undo in this one is not luckier.
    state = entries.map(copied).reduce(advance, state)
  }
  return {
    where: list.journal.where,
    state: () => state,
    async load() {
      const text = parseJournal(await list.journal.read(), list.journal.where, list.target)
      header = text.header
      state = fold(text.entries)
      end = text.intact
    },
    async checkCluster() {
      if (header === null || header.cluster === null) return
      const ours = await identity()
      if (ours !== null && ours !== header.cluster) {
        throw foreignCluster(list.journal.where, header.cluster, ours)
      }
    },
    append(...entries) {
      // A step may record several facts at once: each line has its place after the one before.
      const next = last.then(() => write(entries))
      last = next.catch(() => undefined)
      return next
    },
    close: () => list.journal.close(),
  }
}

async function newHeader(
  target: string,
  identity: () => Promise<string | null>,
): Promise<JournalHeader> {
  return { v: JOURNAL_VERSION, kind: 'journal', target, cluster: await identity() }
}

function copied(entry: Entry): Entry {
  return JSON.parse(JSON.stringify(entry)) as Entry
}
