import { createHash } from 'node:crypto'

/** 1: what kubectl shows. 2: what has to be looked for on the hosts. 3: one of each at once. */
export type Level = 1 | 2 | 3

/** What can be drawn: a fault with the failure that it leads to. */
export type Drawable = {
  readonly id: string
  readonly code: string | null
  /** Set where it can be put on only while CoreDNS serves. */
  readonly needsDns?: true
}

/** Families of failures (docs/failures.md) that objects alone show: pods, rights, Corefile. */
const BY_KUBECTL = ['A', 'B', 'C']

/** Told by objects too, though their families are not; and the other way round. */
const EXCEPTIONS: Readonly<Record<string, 1 | 2>> = {
  ...{ D1: 1, D4: 1 },
  ...{ A2: 2, A13: 2, B4: 2, B6: 2, B7: 2, B13: 2, B14: 2 },
}

/** Level 1 or 2 by the failure's code. */
export function levelOf(code: string): 1 | 2 {
  return EXCEPTIONS[code] ?? (BY_KUBECTL.includes(code.charAt(0)) ? 1 : 2)
}

/**
 * The faults of one exercise, in the order in which they are put on. The same seed draws the same ones from
 * the same faults, so that a whole class has one. What leads to no failure is never drawn.
 */
export function draw(from: readonly Drawable[], level: Level, seed: number): readonly string[] {
  const of = (wanted: 1 | 2): readonly Drawable[] =>
    from.filter(({ code }) => code !== null && levelOf(code) === wanted)
  const pick = (all: readonly Drawable[], lot: string): readonly string[] => {
    const digest = createHash('sha256').update(`${seed} ${level} ${lot}`).digest()
    const first = digest.readUInt32BE(0) % all.length
    return all.slice(first, first + 1).map(({ id }) => id)
  }
  if (level !== 3) return pick(of(level), 'one')
  // What concerns objects first: it needs a network to take effect. After it CoreDNS may not serve any more.
  const second = of(2).filter(({ needsDns }) => needsDns !== true)
  return [...pick(of(1), 'objects'), ...pick(second, 'hosts')]
}
