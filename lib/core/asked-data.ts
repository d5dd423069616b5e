/** What came of the questions that one worker sent within one second of its clock. Times are microseconds. */
export type AskedSecond = {
  readonly worker: string
  /** When it began: seconds since 1970. */
  readonly at: number
  readonly sent: number
  /** Without an answer in time. */
  readonly lost: number
  /** Answers that say that something failed, or have nothing in them. */
  readonly wrong: number
  /** Not answered yet when the asking ended: neither answered nor lost, and not among those sent. */
  readonly open: number
  /** Half of the answers took at most so long. */
  readonly p50: number
  /** 99 of 100. */
  readonly p99: number
  /** All of them; 0 where there was none. */
  readonly max: number
  /** What is known of questions that were lost: `connection refused`, or that somebody else answered. */
  readonly errors: readonly string[]
}

/** Something was lost, or answered wrongly. */
export function isBad({ lost, wrong }: Pick<AskedSecond, 'lost' | 'wrong'>): boolean {
  return lost + wrong > 0
}

/** A number of seconds in a row, both ends included: seconds since 1970. */
export type Span = { readonly from: number; readonly to: number }

/** All that one worker has asked. */
export type AskedFrom = Pick<AskedSecond, 'worker' | 'sent' | 'lost' | 'wrong' | 'open'> & {
  /** The answer that took longest; null where there was none. */
  readonly slowest: { readonly us: number; readonly at: number } | null
  /** When answers were lost, or wrong. */
  readonly bad: readonly Span[]
  /** Each once. */
  readonly errors: readonly string[]
  /** Why it asked nothing, or not all the time. */
  readonly trouble?: string
}

/** What was asked from everywhere, at a steady rate. */
export type Asked = {
  /** Who was asked: the address of the Service. */
  readonly server: string
  /** For which name. */
  readonly name: string
  /** Questions a second, of each worker. */
  readonly rate: number
  readonly workers: readonly AskedFrom[]
}
