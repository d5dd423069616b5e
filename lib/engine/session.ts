import type { Json } from '../core/json.ts'
import type { StepId } from '../ports/step.ts'
import type { ListName, Outcome } from '../ports/events.ts'
import { type Intent, openIntents } from './journal.ts'
import type { Entry, EntryOf } from './journal-entry.ts'
import { type Logbook, logbook } from './logbook.ts'
import type { HeldLock, Setup } from './setup.ts'

/** What `run-start` says, but for the time. */
export type RunMeta = Omit<EntryOf<'run-start'>, 'type' | 'at'>

export type Session = ReturnType<typeof session>

/** The lock and the journals of a run, untouched before the first `begin`. `words` may change with locking. */
export function session(setup: Setup, words: () => RunMeta) {
  const books = new Map<ListName, Logbook>(setup.lists.map((list) => [list.name, logbook(list)]))
  const begun = new Set<ListName>()
  /** The lists' own locks. */
  const claimed = new Map<ListName, HeldLock>()
  let held: HeldLock | null = null
  let lost = false
  const now = (): string => setup.clock.now().toISOString()

  const bookOf = (list: ListName): Logbook => {
    const book = books.get(list)
    if (book === undefined) throw new Error(`no list ${list} was given`)
    return book
  }
  /** Reads all journals. */
  const load = async (): Promise<void> => {
    for (const book of books.values()) await book.load()
  }
  const append = async (list: ListName, entry: Entry): Promise<void> => {
    if (held === null || lost) throw new Error('a journal is written only under the lock')
    for (const one of claimed.values()) one.mustHold?.()
    await bookOf(list).append(entry)
  }
  /** Where the lock is held: tells others where the run is. Throws LockedError where it was lost. */
  const at = async (step: StepId): Promise<void> => {
    await held?.at(step)
    for (const one of claimed.values()) await one.at(step)
  }
  /** Takes the lock, then reads the journals again. True when taken only now: what was seen may have changed. */
  const lock = async (step: StepId): Promise<boolean> => {
    if (held !== null) {
      await held.at(step)
      return false
    }
    held = await setup.lock.take(words().run, step)
    await load()
    return true
  }
  /** Makes the list's journal ready to be written; locks as `lock` does. */
  const begin = async (list: ListName, step: StepId): Promise<boolean> => {
    const fresh = await lock(step)
    await start(list, step)
    return fresh
  }
  /** `begin`, under the list's own lock as well: before a step changes something. True when a lock was taken only now. */
  const claim = async (list: ListName, step: StepId): Promise<boolean> => {
    const fresh = await lock(step)
    const own = setup.lists.find(({ name }) => name === list)?.lock
    await claimed.get(list)?.at(step)
    const due = own !== undefined && !claimed.has(list)
    if (due) {
      // Not even a lock is put into another cluster than the journal's.
      await bookOf(list).checkCluster()
      const progress = (text: string): void => setup.sink({ type: 'step-progress', step, text })
      claimed.set(list, await own.take(words().run, step, progress))
    }
    await start(list, step)
    return fresh || due
  }
  const start = async (list: ListName, step: StepId): Promise<void> => {
    if (begun.has(list)) return
    await bookOf(list).checkCluster()
    await append(list, { type: 'run-start', ...words(), at: now() })
    begun.add(list)
    const { mode, only } = words()
    if (mode === 'run' && only === undefined) await settle(before(list), step)
  }
  /** The lists that a run has left behind once it writes for this one. */
  const before = (list: ListName): readonly ListName[] => {
    const names = [...books.keys()]
    return names.slice(0, names.indexOf(list))
  }
  /** All steps were gone through: runs that were unfinished before are so no more. Never throws. */
  const settle = async (lists: readonly ListName[], step = 'the end'): Promise<void> => {
    for (const list of lists) {
      if (bookOf(list).state().unfinished === null) continue
      try {
        await begin(list, step)
        await append(list, { type: 'run-end', run: words().run, outcome: 'done' })
        begun.delete(list)
      } catch {
        // Somebody else is at work, or the disk is full: it stays unfinished, which is no harm.
      }
    }
  }
  const giveBack = async (): Promise<void> => {
    for (const [list, one] of claimed) {
      claimed.delete(list)
      await one.release()
    }
  }

  return {
    ...{ load, lock, at, begin, claim, append, settle },
    state: (list: ListName) => bookOf(list).state(),
    /** The step's open intents, newest first. */
    open: (list: ListName, step: StepId) => openIntents(bookOf(list).state(), step),
    /** True when this run, perhaps in an earlier process, has begun the step and has not given it back. */
    owns(list: ListName, step: StepId): boolean {
      const { run } = words()
      const { intents } = bookOf(list).state()
      return intents.some((one) => one.run === run && one.step === step && one.state !== 'undone')
    },
    /** What this run, perhaps in an earlier process, has changed and not given back, in the order of the lists. */
    stepsOfRun(): readonly StepId[] {
      const { run } = words()
      const intents = [...books.values()].flatMap((book) => book.state().intents)
      const own = intents.filter((one) => one.run === run && one.state !== 'undone')
      return [...new Set(own.map(({ step }) => step))]
    },
    /** Throws InputError where a journal belongs to another cluster than the one that answers. */
    async checkClusters(lists: readonly ListName[]): Promise<void> {
      for (const list of lists) await bookOf(list).checkCluster()
    },
    /** True when some journal has this run. */
    hasBegun: () => begun.size > 0,
    async intent(list: ListName, step: StepId, undo: Json): Promise<Intent> {
      const n = bookOf(list).state().intents.length
      await append(list, { type: 'intent', n, run: words().run, step, at: now(), undo })
      const intent = bookOf(list).state().intents[n]
      if (intent === undefined) throw new Error('the intent that was just appended is not there')
      return intent
    },
    /** The lock was lost: whoever has it now writes the journals, not one line more comes from here. */
    lose(): void {
      lost = true
      begun.clear()
    },
    /** Writes the run's end wherever it was begun, releases the lists' own locks. A failed write leaves it unfinished. */
    async end(outcome: Outcome): Promise<void> {
      for (const list of begun) {
        const entry = { type: 'run-end', run: words().run, outcome } as const
        await append(list, entry).catch(() => undefined)
      }
      begun.clear()
      await giveBack().catch(() => undefined)
    },
    /** Closes the files, then releases the lock. */
    async close(): Promise<void> {
      try {
        for (const book of books.values()) await book.close()
        await giveBack()
      } finally {
        await held?.release()
        held = null
      }
    },
  }
}
