import { advance, EMPTY, fold, type JournalState } from './journal.ts'
import { type Entry, JOURNAL_VERSION, type JournalHeader } from './journal-entry.ts'
import { foreignCluster, journalLines, parseJournal } from './journal-text.ts'
import type { StepList } from './setup.ts'

export type Logbook = ReturnType<typeof logbook>

/** One list's journal; its state is that of the lines on the disk. The first `append` makes the file, with a header. */
export function logbook(list: StepList) {
  let header: JournalHeader | null = null
  let state: JournalState = EMPTY
  let end = 0
  let last: Promise<unknown> = Promise.resolve()
  const identity = async (): Promise<string | null> => (await list.identity?.()) ?? null
  const write = async (entries: readonly Entry[]): Promise<void> => {
    const about = { v: JOURNAL_VERSION, kind: 'journal', target: list.target } as const
    const first = header ?? { ...about, cluster: await identity() }
    const bytes = journalLines(header === null ? [first, ...entries] : entries)
    await list.journal.write(end, bytes)
    header = first
    end += bytes.length
    // As a later process will read it, so that undo in this one is not luckier.
    state = entries.map(copied).reduce(advance, state)
  }
  return {
    state: () => state,
    /** Reads it again. Throws InputError where it cannot be used. */
    async load(): Promise<void> {
      const text = parseJournal(await list.journal.read(), list.journal.where, list.target)
      header = text.header
      state = fold(text.entries)
      end = text.intact
    },
    /** Throws InputError when it belongs to another cluster than the one that answers. */
    async checkCluster(): Promise<void> {
      if (header === null || header.cluster === null) return
      const ours = await identity()
      if (ours !== null && ours !== header.cluster) {
        throw foreignCluster(list.journal.where, header.cluster, ours)
      }
    },
    /** Durable on return. */
    append(...entries: readonly Entry[]): Promise<void> {
      // A step may record several facts at once: each line has its place after the one before.
      const next = last.then(() => write(entries))
      last = next.catch(() => undefined)
      return next
    },
    close: () => list.journal.close(),
  }
}

function copied(entry: Entry): Entry {
  return JSON.parse(JSON.stringify(entry)) as Entry
}
