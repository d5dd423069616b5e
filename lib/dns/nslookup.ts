import { isIP } from 'node:net'
import { readLine } from './nslookup-line.ts'
import type { Fact } from './nslookup-line.ts'

/** Why a name has no address, as far as the program's words tell. */
export type LookupFault =
  | 'nxdomain'
  | 'servfail'
  /** Another response code; it is in `rcode`. */
  | 'other-rcode'
  /** The name exists and has no address. */
  | 'no-answer'
  | 'timeout'
  /** Nothing listens at the server's address: ICMP port unreachable, not the response code REFUSED. */
  | 'refused'
  /** The query could not be sent. */
  | 'unreachable'
  /** busybox up to 1.28 says no more than that. */
  | 'unresolved'

export interface LookupFailure {
  readonly reason: LookupFault
  /** The name as it was asked; absent where the words are about the server. */
  readonly name?: string
  /** With `other-rcode`: `REFUSED`, `FORMERR` ... */
  readonly rcode?: string
}

/** A name with an address: for a name asked the addresses, for an address asked its names. */
export interface LookupAnswer {
  readonly name: string
  readonly address: string
  /** The address's own name, which busybox up to 1.28 looks up and adds. */
  readonly pointer?: string
}

/** `busybox-1.28` is all up to that, `busybox` 1.29 and later: their words do not differ. */
export type Dialect = 'busybox-1.28' | 'busybox' | 'bind'

export interface NslookupReading {
  /** Where it is unknown, there are no answers. */
  readonly dialect: Dialect | 'unknown'
  /** The server's address. */
  readonly server?: string
  /** The server's own name (busybox up to 1.28): it was reached and answers reverse lookups. */
  readonly serverName?: string
  readonly answers: readonly LookupAnswer[]
  /** ExternalName services and the like: `name` is another word for `canonical`. */
  readonly aliases: readonly { readonly name: string; readonly canonical: string }[]
  /** What was said to have failed, each once; there may be answers all the same. */
  readonly failures: readonly LookupFailure[]
  /** `answer`, the gravest of the failures, or `unreadable` for what is no nslookup output. */
  readonly outcome: 'answer' | LookupFault | 'unreadable'
}

/** What nslookup left behind; `code` is null where it was killed. */
export interface NslookupOutput {
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
