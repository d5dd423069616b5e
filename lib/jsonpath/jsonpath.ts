import { isObject, type Json } from '../core/json.ts'
import { type Bound, type FilterNode, type Node, parseTemplate } from './parse.ts'
import {
  children,
  compare,
  fromJson,
  goText,
  isList,
  JsonPathError,
  printed,
  typeName,
  type Value,
} from './value.ts'

export { JsonPathError } from './value.ts'

type Values = readonly Value[]

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
  const evaluation = new Evaluation(parseTemplate(template), options.allowMissingKeys ?? true)
  const results = evaluation.find(entered(fromJson(document)), 0)
  return results.map((values) => values.map(printed).join(' ')).join('')
}

/** One template on one document; a port of client-go's jsonpath.go. */
class Evaluation {
  readonly #nodes: readonly Node[]
  readonly #allowMissingKeys: boolean
  /** Work left before the template is taken for a runaway. */
  #budget = MAX_STEPS
  /** `{range}`s met but not entered, entered, and `{end}`s met but not used. */
  #beginRange = 0
  #inRange = 0
  #endRange = 0
  /** Where the last `{end}` stood. */
  #lastEnd = -1

  constructor(nodes: readonly Node[], allowMissingKeys: boolean) {
    this.#nodes = nodes
    this.#allowMissingKeys = allowMissingKeys
  }

  /** The values of each node from `start` up to the `{end}` of the current range. */
  find(current: Value, start: number): readonly Values[] {
    const found: Values[] = []
    for (let i = start; i < this.#nodes.length; i++) {
      const values = this.#walk([current], this.#nodes[i] as Node)
      if (this.#endRange > 0 && this.#endRange <= this.#inRange) {
        this.#endRange--
        this.#lastEnd = i
        break
      }
      if (this.#beginRange === 0) {
        found.push(values)
        continue
      }
      for (const result of this.#range(values, i + 1)) found.push(result)
      // Without an {end} the nodes after the range run once more, outside: so in the original.
      if (this.#lastEnd > i) i = this.#lastEnd
    }
    return found
  }

  /** Runs the nodes after a `{range}` once for each value. */
  #range(values: Values, start: number): readonly Values[] {
    if (this.#inRange === MAX_RANGES) {
      throw new JsonPathError(`more than ${MAX_RANGES} ranges inside each other`)
    }
    this.#beginRange--
    this.#inRange++
    const found = values.flatMap((value) => this.find(entered(value), start))
    // An empty range still looks for its {end}, and for what cannot be evaluated on the way.
    if (values.length === 0) this.find(undefined, start)
    this.#inRange--
    return found
  }

  #walk(input: Values, node: Node): Values {
    this.#spend(1 + input.length)
    switch (node.type) {
      case 'list':
        return this.#walkList(input, node.nodes)
      case 'text':
        return [node.text]
      case 'int':
      case 'float':
      case 'bool':
        return input.map(() => node.value)
      case 'identifier':
        return this.#identifier(input, node.name)
      case 'field':
        return this.#field(input, node.name)
      case 'array':
        return elements(input, node.bounds)
      case 'filter':
        return this.#filter(input, node)
      case 'union':
        return this.#union(input, node.lists)
      case 'wildcard':
        return input.flatMap((value) => this.#inside(value))
      case 'recursive':
        return this.#recursive(input)
    }
  }

  #walkList(input: Values, nodes: readonly Node[]): Values {
    return nodes.reduce((values, node) => this.#walk(values, node), input)
  }

  #spend(steps: number): void {
    this.#budget -= steps
    if (this.#budget >= 0) return
    throw new JsonPathError('the template needs too many steps on this document')
  }

  #inside(value: Value): Values {
    const values = children(value)
    this.#spend(values.length)
    return values
  }

  #identifier(input: Values, name: string): Values {
    if (name === 'range') {
      this.#beginRange++
      return input
    }
    if (name !== 'end') throw new JsonPathError(`unrecognized identifier ${name}`, input)
    if (this.#inRange === 0) throw new JsonPathError('not in range, nothing to end', [])
    this.#endRange++
    return []
  }

  #field(input: Values, name: string): Values {
    const having = input.filter(isObject).filter((value) => Object.hasOwn(value, name))
    if (having.length === 0 && input.length > 0 && !this.#allowMissingKeys) {
      throw new JsonPathError(`${name} is not found`, [])
    }
    return having.map((value) => fromJson(value[name] as Json))
  }

  #union(input: Values, lists: readonly (readonly Node[])[]): Values {
    try {
      return lists.flatMap((nodes) => this.#walkList(input, nodes))
    } catch (error) {
      const known = error instanceof JsonPathError && error.found
      throw known ? new JsonPathError(error.message, input) : error
    }
  }

  /** Everything that has something inside, depth first. */
  #recursive(input: Values): Values {
    const found: Value[] = []
    const ahead = input.toReversed()
    while (ahead.length > 0) {
      const value = ahead.pop()
      const items = this.#inside(value)
      if (items.length > 0) found.push(value)
      for (const item of items.toReversed()) ahead.push(item)
    }
    return found
  }

  #filter(input: Values, node: FilterNode): Values {
    const found: Value[] = []
    for (const value of input) {
      if (!isList(value)) {
        throw new JsonPathError(`${goText(value)} is not array or slice and cannot be filtered`)
      }
      for (const item of value) {
        const element = fromJson(item)
        const passes = node.operator === 'exists' ? this.#exists : this.#holds
        if (passes.call(this, element, node)) found.push(element)
      }
    }
    return found
  }

  #exists(element: Value, { left }: FilterNode): boolean {
    try {
      return this.#walkList([element], left).length > 0
    } catch (error) {
      if (error instanceof JsonPathError && error.found) return error.found.length > 0
      throw error
    }
  }

  #holds(element: Value, { left, operator, right }: FilterNode): boolean {
    const sides: Value[] = []
    for (const path of [left, right]) {
      const values = this.#walkList([element], path)
      if (values.length === 0) return false
      if (values.length > 1) throw new JsonPathError('can only compare one element at a time')
      sides.push(values[0])
    }
    return compare(sides[0], operator, sides[1])
  }
}

/** A value as the body of a range, or the template as a whole, starts from it. */
function entered(value: Value): Value {
  if (value === undefined) {
    throw new JsonPathError('reflect: call of reflect.Value.Interface on zero Value')
  }
  return value ?? undefined
}

type Bounds = readonly [from: Bound, to: Bound, step: Bound]

/** What `[from:to:step]` names in each of the values. */
function elements(input: Values, bounds: Bounds): Values {
  const found: Value[] = []
  for (const value of input) {
    if (value === null) continue
    if (value === undefined) {
      throw new JsonPathError('reflect: call of reflect.Value.Type on zero Value')
    }
    if (!isList(value)) {
      throw new JsonPathError(`${typeName(value)} is not array or slice`, input)
    }
    const part = slice(value, bounds)
    if (typeof part === 'string') throw new JsonPathError(part, input)
    // An empty slice ends the loop, values left over or not: so does the original.
    if (part.length === 0) return found
    for (const item of part) found.push(fromJson(item))
  }
  return found
}

/** The elements, or client-go's error text. Negative bounds count from the end of the list. */
function slice(list: readonly Json[], [first, second, third]: Bounds): readonly Json[] | string {
  const length = BigInt(list.length)
  const from = first.value < 0n ? first.value + length : first.value
  const end = known(second, length)
  const to = end < 0n || (end === 0n && second.derived) ? end + length : end
  const step = known(third, 1n)
  if (from === to) return []
  if (from >= length || from < 0n) return outOfBounds(from, length)
  if (to > length || to < 0n) return outOfBounds(to - 1n, length)
  if (from > to) return `starting index ${from} is greater than ending index ${to}`
  if (step <= 0n) return 'step must be > 0'
  return list.slice(Number(from), Number(to)).filter((_, i) => BigInt(i) % step === 0n)
}

function known(bound: Bound, otherwise: bigint): bigint {
  return bound.known ? bound.value : otherwise
}

/** The index as a Go int: it wraps. */
function outOfBounds(index: bigint, length: bigint): string {
  return `array index out of bounds: index ${BigInt.asIntN(64, index)}, length ${length}`
}
