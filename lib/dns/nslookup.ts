import { isIP } from 'node:net'
import { type Fact, readLine } from './nslookup-line.ts'
import type {
  Dialect,
  LookupAnswer,
  LookupFailure,
  LookupFault,
  NslookupReading,
} from './nslookup-reading.ts'

/** What nslookup left behind; `code` is null where it was killed. */
export type NslookupOutput = {
  readonly stdout: string
  readonly stderr: string
  readonly code: number | null
}

/** No lookup says as much as this; a pod may. */
const MAX_LENGTH = 64 * 1024

const GRAVEST_FIRST: readonly LookupFault[] = [
  'refused',
  'unreachable',
  'timeout',
  'servfail',
  'other-rcode',
  'no-answer',
  'nxdomain',
  'unresolved',
]

/**
 * Understands the output of busybox nslookup (up to 1.28, and since) and of BIND 9's. Says what was
 * answered by the addresses shown, never by the exit code, which is 1 with a right answer in busybox
 * 1.31 and 0 with none in 1.29. Never throws; looks at the first 64 KiB of each stream.
 */
export function readNslookup({ stdout, stderr, code }: NslookupOutput): NslookupReading {
  const notes = new Notes()
  for (const text of [stdout, stderr]) {
    for (const line of wholeLines(text, code === null)) notes.add(readLine(line))
    notes.add(undefined)
  }
  return notes.reading()
}

/** Half an address may be another address: where the end is cut off, so is the last line. */
function wholeLines(text: string, killed: boolean): readonly string[] {
  const lines = text.slice(0, MAX_LENGTH).split('\n')
  return killed || text.length > MAX_LENGTH ? lines.slice(0, -1) : lines
}

/** What an address on the next line would belong to. */
function subjectOf(fact: Fact | undefined): 'server' | { readonly name: string } | undefined {
  if (fact?.says === 'server') return 'server'
  return fact?.says === 'name' ? { name: fact.name } : undefined
}

/** Puts the lines together: whose address it is depends on the lines before. */
class Notes {
  #dialect: Dialect | 'unknown' = 'unknown'
  #server: { readonly address?: string; readonly name?: string } = {}
  /** What the next address belongs to; undefined where to nothing. */
  #subject: 'server' | { readonly name: string } | undefined
  #gaveUp = false
  readonly #answers: LookupAnswer[] = []
  readonly #aliases: { readonly name: string; readonly canonical: string }[] = []
  readonly #failures: LookupFailure[] = []

  add(fact: Fact | undefined): void {
    if (fact?.dialect !== undefined && this.#dialect === 'unknown') this.#dialect = fact.dialect
    if (fact?.says === 'address') {
      this.#addAddress(fact)
      return
    }
    this.#subject = subjectOf(fact)
    switch (fact?.says) {
      case 'server':
        if (isIP(fact.server) !== 0) this.#server = { address: fact.server }
        return
      case 'pointer':
        this.#answers.push({ name: fact.name, address: fact.address })
        return
      case 'alias':
        this.#aliases.push({ name: fact.name, canonical: fact.canonical })
        return
      case 'failure':
        this.#failures.push(fact.failure)
        if (fact.server !== undefined) this.#server = { address: fact.server, ...this.#server }
        return
      case 'gave-up':
        this.#gaveUp = true
        return
      case 'name':
      case undefined:
    }
  }

  #addAddress({ address, pointer }: { readonly address: string; readonly pointer?: string }): void {
    if (this.#subject === 'server') {
      this.#server = { address, ...(pointer !== undefined && { name: pointer }) }
    } else if (this.#subject !== undefined) {
      const { name } = this.#subject
      if (isIP(name) === 0) {
        this.#answers.push({ name, address, ...(pointer !== undefined && { pointer }) })
      } else if (pointer !== undefined) this.#answers.push({ name: pointer, address })
      else this.#failures.push({ reason: 'unresolved', name })
    }
  }

  reading(): NslookupReading {
    const answers = this.#dialect === 'unknown' ? [] : unique(this.#answers)
    const failures = this.#allFailures()
    return {
      dialect: this.#dialect,
      ...(this.#server.address !== undefined && { server: this.#server.address }),
      ...(this.#server.name !== undefined && { serverName: this.#server.name }),
      answers,
      aliases: unique(this.#aliases),
      failures,
      outcome: answers.length > 0 ? 'answer' : this.#fault(failures),
    }
  }

  #allFailures(): readonly LookupFailure[] {
    const failures = unique(this.#failures)
    // Both programs say "timed out" or less at the end, whatever it was.
    const known = failures.some(({ name }) => name === undefined)
    if (this.#gaveUp && !known) failures.push({ reason: 'timeout' })
    const named = new Set(
      failures.filter(({ name }) => name !== undefined).map((one) => one.reason),
    )
    return failures.filter(({ name, reason }) => name !== undefined || !named.has(reason))
  }

  #fault(failures: readonly LookupFailure[]): LookupFault | 'unreadable' {
    const gravest = GRAVEST_FIRST.find((fault) => failures.some(({ reason }) => reason === fault))
    if (gravest !== undefined) return gravest
    // Since 1.34 busybox is silent about a name that has no address.
    return this.#dialect === 'unknown' ? 'unreadable' : 'no-answer'
  }
}

function unique<T extends object>(items: readonly T[]): T[] {
  return [...new Map(items.map((item) => [JSON.stringify(item), item])).values()]
}
