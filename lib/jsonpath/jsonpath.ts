import type { Json } from '../core/json.ts'
import { JsonPathError } from './error.ts'
import { walk } from './evaluate.ts'
import type { Run } from './evaluate.ts'
import { printed } from './format.ts'
import type { Node } from './node.ts'
import { parseTemplate } from './parse.ts'
import { fromJson } from './value.ts'
import type { Value } from './value.ts'

export { JsonPathError } from './error.ts'
export { relaxedJsonPath } from './relaxed.ts'

/** Enough for a list of some 50 000 objects; open ranges double the work with each one more. */
const MAX_STEPS = 10_000_000
const MAX_RANGES = 100

/**
 * What `kubectl get -o jsonpath=TEMPLATE` prints for the document: text, `{.path}` expressions and
 * `{range .path}...{end}`, by the rules of client-go. A missing key gives nothing unless
 * `allowMissingKeys` is false. Throws JsonPathError with client-go's message.
 */
export function jsonpath(
  template: string,
  document: Json,
  options: { readonly allowMissingKeys?: boolean } = {},
): string {
  const { allowMissingKeys = true } = options
  const run = { allowMissingKeys, budget: MAX_STEPS, beginRange: 0, inRange: 0, endRange: 0 }
  const results = new Evaluation(parseTemplate(template), run).find(entered(fromJson(document)), 0)
  return results.map((values) => values.map(printed).join(' ')).join('')
}

/** One template on one document: each `{range}` runs the nodes after it once for each value. */
class Evaluation {
  readonly #nodes: readonly Node[]
  readonly #run: Run
  /** Where the last `{end}` stood. */
  #lastEnd = -1

  constructor(nodes: readonly Node[], run: Run) {
    this.#nodes = nodes
    this.#run = run
  }

  /** The values of each node from `start` up to the `{end}` of the current range. */
  find(current: Value, start: number): readonly (readonly Value[])[] {
    const found: (readonly Value[])[] = []
    for (let i = start; i < this.#nodes.length; i++) {
      const values = walk(this.#run, [current], this.#nodes[i] as Node)
      if (this.#run.endRange > 0 && this.#run.endRange <= this.#run.inRange) {
        this.#run.endRange--
        this.#lastEnd = i
        break
      }
      if (this.#run.beginRange === 0) {
        found.push(values)
        continue
      }
      for (const result of this.#range(values, i + 1)) found.push(result)
      // Without an {end} the nodes after the range run once more, outside: so in the original.
      if (this.#lastEnd > i) i = this.#lastEnd
    }
    return found
  }

  #range(values: readonly Value[], start: number): readonly (readonly Value[])[] {
    if (this.#run.inRange === MAX_RANGES) {
      throw new JsonPathError(`more than ${String(MAX_RANGES)} ranges inside each other`)
    }
    this.#run.beginRange--
    this.#run.inRange++
    const found: (readonly Value[])[] = []
    for (const value of values) {
      for (const result of this.find(entered(value), start)) found.push(result)
    }
    // An empty range still looks for its {end}, and for what cannot be evaluated on the way.
    if (values.length === 0) this.find({ kind: 'invalid' }, start)
    this.#run.inRange--
    return found
  }
}

/** A value as the body of a range, or the template as a whole, starts from it. */
function entered(value: Value): Value {
  if (value.kind === 'invalid') {
    throw new JsonPathError('reflect: call of reflect.Value.Interface on zero Value')
  }
  return value.kind === 'null' ? { kind: 'invalid' } : value
}
