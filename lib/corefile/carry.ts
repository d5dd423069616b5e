import { distance, merge, sameCorefile } from './merge.ts'
import { parseCorefile } from './parse.ts'
import { inOneLine, printCorefile } from './print.ts'
import { isStray, type Statement } from './statement.ts'
import { translate } from './translate.ts'

/** What becomes of a live Corefile under another manifest, and what is to be said of it, a line each. */
export type Carried = {
  readonly text: string
  readonly told: readonly string[]
  /** What can be neither kept nor translated. */
  readonly obstacles: readonly string[]
  /** Which Corefile was edited: the wanted one, another that was shipped, or none that is to be told. */
  readonly base: 'wanted' | 'shipped' | null
}

/**
 * The Corefile `wanted`, with what was done by hand to `live` since it was one of `shipped`: the nearest of these and of `wanted`
 * itself. What only other versions of CoreDNS know is translated to `version`; null where that is not known.
 */
export function carryByHand(of: {
  readonly live: string
  readonly shipped: readonly string[]
  readonly wanted: string
  readonly version: string | null
}): Carried {
  const parsed = parseCorefile(of.live)
  if ('problem' in parsed) {
    const why = `line ${parsed.line}: ${parsed.problem}, so what was done to it by hand cannot be told`
    return { text: of.wanted, told: [], obstacles: [why], base: null }
  }
  const live = parsed.statements.filter((one) => !isStray(one))
  const strays = parsed.statements.filter(isStray).map(({ line, text }) => {
    return { line, text: `${text}: left out, as it closes nothing` }
  })
  const wanted = statementsOf(of.wanted)
  const nearest = nearestOf(live, [wanted, ...of.shipped.map(statementsOf)])
  const base = nearest === wanted ? 'wanted' : 'shipped'
  if (sameCorefile(live, nearest)) {
    return { text: of.wanted, told: strays.map(inWords), obstacles: [], base }
  }
  const { statements, kept } = merge(nearest, live, wanted.map(ofNoFile))
  const translated =
    of.version === null
      ? { statements, told: [], obstacles: [] }
      : translate(statements, of.version)
  const byTable = [...translated.told, ...translated.obstacles].filter(({ line }) => line > 0)
  const lines = [
    ...strays,
    ...byTable.filter((one) => !translated.obstacles.includes(one)),
    ...kept
      .filter(({ statement }) => byTable.every(({ line }) => line !== statement.line))
      .map(({ statement, how }) =>
        how === 'kept'
          ? { line: statement.line, text: `${inOneLine(statement)}: kept, as it was made by hand` }
          : { line: 0, text: `${inOneLine(statement)}: left out, as by hand` },
      ),
  ]
  return {
    text: sameCorefile(translated.statements, wanted)
      ? of.wanted
      : printCorefile(translated.statements),
    told: lines.toSorted((a, b) => a.line - b.line).map(inWords),
    obstacles: translated.obstacles.filter(({ line }) => line > 0).map(inWords),
    base,
  }
}

function inWords({ line, text }: { readonly line: number; readonly text: string }): string {
  return line === 0 ? text : `line ${line}, ${text}`
}

/** What the manifest has is no line of the live Corefile. */
function ofNoFile(statement: Statement): Statement {
  return { ...statement, line: 0, body: statement.body?.map(ofNoFile) ?? null }
}

/** One that is not to be read is like nothing. */
function statementsOf(text: string): readonly Statement[] {
  const parsed = parseCorefile(text)
  return 'problem' in parsed ? [] : parsed.statements
}

/** The first of the nearest. */
function nearestOf(
  live: readonly Statement[],
  all: readonly (readonly Statement[])[],
): readonly Statement[] {
  const [first = [], ...rest] = all
  return rest.reduce(
    (best, one) => (distance(live, one) < distance(live, best) ? one : best),
    first,
  )
}
