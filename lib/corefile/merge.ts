import { bodyOf, type Statement } from './statement.ts'

/** What was done by hand to a Corefile, told by what it was made of. */
export type Merged = {
  readonly statements: readonly Statement[]
  /** What stays as it was, or away. */
  readonly kept: readonly { readonly statement: Statement; readonly how: 'kept' | 'away' }[]
}

/** Without these CoreDNS is no cluster DNS, or its probes find it ill. */
const NEEDED = ['kubernetes', 'health', 'ready']

/**
 * Three ways: what `live` has otherwise than `base`, of which it was made, is done to `wanted`. A server block of `wanted` and the
 * plugins that every cluster DNS needs are there in any case.
 */
export function merge(
  base: readonly Statement[],
  live: readonly Statement[],
  wanted: readonly Statement[],
): Merged {
  const kept: Merged['kept'][number][] = []
  const there = new Set(live.flatMap(bodyOf).map(({ words }) => words[0] ?? ''))
  const needed = new Set(NEEDED.filter((name) => !there.has(name)))
  const statements = mergeLevel(base, live, wanted, { key: zonesOf, needed, kept, top: true })
  return { statements, kept }
}

/** How many lines two Corefiles do not share. */
export function distance(one: readonly Statement[], other: readonly Statement[]): number {
  const [a, b] = [one, other].map((all) => new Set(all.flatMap((block) => pathsOf(block, ''))))
  return a?.symmetricDifference(b ?? new Set()).size ?? 0
}

/** Whether CoreDNS makes the same of both: comments, and the order of plugins and options, aside. */
export function sameCorefile(one: readonly Statement[], other: readonly Statement[]): boolean {
  return meaningOf(one) === meaningOf(other)
}

/** One text for all that CoreDNS makes the same of. */
export function meaningOf(statements: readonly Statement[]): string {
  return statements.map(canonical).sort().join('\n')
}

type Level = {
  readonly key: (statement: Statement) => string
  readonly needed: ReadonlySet<string>
  readonly kept: Merged['kept'][number][]
  readonly top: boolean
}

function mergeLevel(
  base: readonly Statement[],
  live: readonly Statement[],
  wanted: readonly Statement[],
  level: Level,
): readonly Statement[] {
  const { key, needed, kept, top } = level
  const inLive = pair(base, live, key)
  const baseOf = new Map([...pair(base, wanted, key)].map(([of, one]) => [one, of]))
  const changed = [...inLive].filter(([of, now]) => canonical(of) !== canonical(now))
  const gone = new Set(base).difference(new Set(baseOf.values()))
  const added = new Set(live).difference(new Set(inLive.values()))
  const more = [...changed.flatMap(([of, now]) => (gone.has(of) ? [now] : [])), ...added]
  kept.push(...more.map((statement) => ({ statement, how: 'kept' as const })))
  const byHand = new Set([...added].map(key))
  const ofLive = new Map(more.map((one) => [one, one]))
  const ofWanted = new Map<Statement, Statement>()
  for (const one of wanted) {
    const of = baseOf.get(one)
    const now = of === undefined ? undefined : inLive.get(of)
    if (of !== undefined && now !== undefined) {
      const merged = both(of, now, one, level)
      ofLive.set(now, merged)
      ofWanted.set(one, merged)
    }
    // What is new in both was made by hand before.
    else if (of === undefined ? !byHand.has(key(one)) : top || needed.has(nameOf(one))) {
      ofWanted.set(one, one)
    } else if (of !== undefined) kept.push({ statement: of, how: 'away' })
  }
  // In the order that the live one has; what is new, behind what stands before it in the wanted one.
  const result = live.flatMap((one) => ofLive.get(one) ?? [])
  let place = 0
  for (const one of wanted.flatMap((each) => ofWanted.get(each) ?? [])) {
    if (!result.includes(one)) result.splice(place, 0, one)
    place = result.indexOf(one) + 1
  }
  return result
}

/** One statement that all three have. */
function both(of: Statement, now: Statement, one: Statement, level: Level): Statement {
  const same = canonical(now) === canonical(of)
  if (same || canonical(now) === canonical(one)) return one
  const byHand = now.words.join(' ') !== of.words.join(' ') && !level.top
  if (byHand) level.kept.push({ statement: { ...now, body: null }, how: 'kept' })
  const below = { ...level, key: nameOf, top: false }
  const body = mergeLevel(bodyOf(of), bodyOf(now), bodyOf(one), below)
  return {
    ...one,
    ...(byHand ? { words: now.words, text: now.text } : {}),
    comments: [...new Set([...one.comments, ...now.comments])],
    body: body.length === 0 && (one.body === null || now.body === null) ? null : body,
  }
}

/** Who is who: the equal first, then those of the same key in their order. */
function pair(
  from: readonly Statement[],
  to: readonly Statement[],
  key: (statement: Statement) => string,
): Map<Statement, Statement> {
  const pairs = new Map<Statement, Statement>()
  const taken = new Set<Statement>()
  for (const like of [canonical, key]) {
    for (const one of from.filter((each) => !pairs.has(each))) {
      const other = to.find((each) => !taken.has(each) && like(each) === like(one))
      if (other === undefined) continue
      pairs.set(one, other)
      taken.add(other)
    }
  }
  return pairs
}

function nameOf({ words }: Statement): string {
  return words[0] ?? ''
}

/** A server block by its zones, each with its port (CoreDNS's default is 53). */
function zonesOf({ words }: Statement): string {
  return words
    .map(zoneOf)
    .filter((zone) => zone !== '')
    .sort()
    .join(' ')
}

function zoneOf(word: string): string {
  const bare = word
    .replace(/,$/, '')
    .replace(/^dns:\/\//, '')
    .toLowerCase()
  if (bare === '' || /^\(.*\)$/.test(bare)) return bare
  const [zone = '', port = '53'] = bare.split(/:(?=\d+$)/)
  return `${zone === '.' ? zone : zone.replace(/\.$/, '')}:${port}`
}

function canonical(statement: Statement): string {
  const body = bodyOf(statement).map(canonical).sort()
  return JSON.stringify([statement.words, body])
}

function pathsOf(statement: Statement, above: string): readonly string[] {
  const own = `${above}/${above === '' ? zonesOf(statement) : statement.words.join(' ')}`
  const inside = `${above}/${above === '' ? zonesOf(statement) : nameOf(statement)}`
  return [own, ...bodyOf(statement).flatMap((one) => pathsOf(one, inside))]
}
