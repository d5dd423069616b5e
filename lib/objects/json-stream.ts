/** A part of a source, at the same offsets as there: what is before it is blank. */
export type Part = string

/**
 * The values of a stream of JSON, one after the other or with `---` between, as kubectl reads what begins with
 * a brace (apimachinery, YAMLOrJSONDecoder); the source itself where it is one value, or no JSON.
 */
export function partsOfJson(source: string): readonly Part[] {
  const ends = endsIn(source)
  if (ends.length < 2) return [source]
  const parts = ends.map((end, i) => {
    const start = ends[i - 1] ?? 0
    const between = /^[\s-]*/.exec(source.slice(start, end))?.[0].length ?? 0
    return blank(source.slice(0, start + between)) + source.slice(start + between, end)
  })
  const rest = source.slice(ends.at(-1))
  return /^[\s-]*$/.test(rest) ? parts : [...parts, blank(source.slice(0, ends.at(-1))) + rest]
}

/** Right behind each closed outermost brace. */
function endsIn(source: string): readonly number[] {
  const ends: number[] = []
  let depth = 0
  for (const { 0: token, index } of source.matchAll(/"(?:[^"\\]|\\.)*"|[{}]/gs)) {
    if (token === '{') depth += 1
    if (token !== '}') continue
    depth -= 1
    if (depth === 0) ends.push(index + 1)
  }
  return ends
}

/** Lines stay lines. */
function blank(text: string): string {
  return text.replace(/[^\n]/g, ' ')
}
