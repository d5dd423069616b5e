import { isObject, type Json } from '../core/json.ts'
import { type Bounds, type FilterNode, type Node, parseTemplate } from './parse.ts'
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

/** One template on one document: the counters of client-go's jsonpath.go. */
type Run = {
  readonly nodes: readonly Node[]
  readonly allowMissingKeys: boolean
  /** Work left before the template is taken for a runaway. */
  budget: number
  /** `{range}`s met but not entered, entered, and `{end}`s met but not used. */
  beginRange: number
  inRange: number
  endRange: number
  /** Where the last `{end}` stood. */
  lastEnd: number
}

/**
 * What `kubectl get -o jsonpath=TEMPLATE` prints for the document: text, `{.path}` expressions and
 * `{range .path}...{end}`, by the rules of client-go. A missing key gives nothing unless
 * `allowMissingKeys` is false. Throws JsonPathError with client-go's message.
 */
export function jsonpath(
  template: string,
  document: Json,
  { allowMissingKeys = true }: { readonly allowMissingKeys?: boolean } = {},
): string {
  const counters = { budget: MAX_STEPS, beginRange: 0, inRange: 0, endRange: 0, lastEnd: -1 }
  const run = { nodes: parseTemplate(template), allowMissingKeys, ...counters }
  const results = find(run, entered(fromJson(document)), 0)
  return results.map((values) => values.map(printed).join(' ')).join('')
}

/** The values of each node from `start` up to the `{end}` of the current range. */
function find(run: Run, current: Value, start: number): readonly Values[] {
  const found: Values[] = []
  for (let i = start; i < run.nodes.length; i++) {
    const values = walk(run, [current], run.nodes[i] as Node)
    if (run.endRange > 0 && run.endRange <= run.inRange) {
      run.endRange--
      run.lastEnd = i
      break
    }
    if (run.beginRange === 0) {
      found.push(values)
      continue
    }
    for (const result of range(run, values, i + 1)) found.push(result)
    // Without an {end} the nodes after the range run once more, outside: so in the original.
    if (run.lastEnd > i) i = run.lastEnd
  }
  return found
}

/** Runs the nodes after a `{range}` once for each value. */
function range(run: Run, values: Values, start: number): readonly Values[] {
  if (run.inRange === MAX_RANGES) {
    throw new JsonPathError(`more than ${MAX_RANGES} ranges inside each other`)
  }
  run.beginRange--
  run.inRange++
  const found = values.flatMap((value) => find(run, entered(value), start))
  // An empty range still looks for its {end}, and for what cannot be evaluated on the way.
  if (values.length === 0) find(run, undefined, start)
  run.inRange--
  return found
}

function walk(run: Run, input: Values, node: Node): Values {
  spend(run, 1 + input.length)
  switch (node.type) {
    case 'list':
      return walkList(run, input, node.nodes)
    case 'text':
      return [node.text]
    case 'int':
    case 'float':
    case 'bool':
      return input.map(() => node.value)
    case 'identifier':
      return identifier(run, input, node.name)
    case 'field':
      return field(run, input, node.name)
    case 'array':
      return elements(input, node)
    case 'filter':
      return filter(run, input, node)
    case 'union':
      return union(run, input, node.lists)
    case 'wildcard':
      return input.flatMap((value) => inside(run, value))
    case 'recursive':
      return recursive(run, input)
  }
}

function walkList(run: Run, input: Values, nodes: readonly Node[]): Values {
  return nodes.reduce((values, node) => walk(run, values, node), input)
}

function spend(run: Run, steps: number): void {
  run.budget -= steps
  if (run.budget < 0) {
    throw new JsonPathError('the template needs too many steps on this document')
  }
}

function inside(run: Run, value: Value): Values {
  const values = children(value)
  spend(run, values.length)
  return values
}

function identifier(run: Run, input: Values, name: string): Values {
  if (name === 'range') {
    run.beginRange++
    return input
  }
  if (name !== 'end') throw new JsonPathError(`unrecognized identifier ${name}`, input)
  if (run.inRange === 0) throw new JsonPathError('not in range, nothing to end', [])
  run.endRange++
  return []
}

function field({ allowMissingKeys }: Run, input: Values, name: string): Values {
  const having = input.filter(isObject).filter((value) => Object.hasOwn(value, name))
  if (having.length === 0 && input.length > 0 && !allowMissingKeys) {
    throw new JsonPathError(`${name} is not found`, [])
  }
  return having.map((value) => fromJson(value[name] as Json))
}

function union(run: Run, input: Values, lists: readonly (readonly Node[])[]): Values {
  try {
    return lists.flatMap((nodes) => walkList(run, input, nodes))
  } catch (error) {
    const known = error instanceof JsonPathError && error.found
    throw known ? new JsonPathError(error.message, input) : error
  }
}

/** Everything that has something inside, depth first. */
function recursive(run: Run, input: Values): Values {
  const found: Value[] = []
  const ahead = input.toReversed()
  while (ahead.length > 0) {
    const value = ahead.pop()
    const items = inside(run, value)
    if (items.length > 0) found.push(value)
    for (const item of items.toReversed()) ahead.push(item)
  }
  return found
}

function filter(run: Run, input: Values, node: FilterNode): Values {
  const passes = node.operator === 'exists' ? exists : holds
  return input.flatMap((value) => {
    if (isList(value)) return value.map(fromJson).filter((item) => passes(run, item, node))
    throw new JsonPathError(`${goText(value)} is not array or slice and cannot be filtered`)
  })
}

function exists(run: Run, element: Value, { left }: FilterNode): boolean {
  try {
    return walkList(run, [element], left).length > 0
  } catch (error) {
    if (error instanceof JsonPathError && error.found) return error.found.length > 0
    throw error
  }
}

function holds(run: Run, element: Value, { left, operator, right }: FilterNode): boolean {
  const sides: Value[] = []
  for (const path of [left, right]) {
    const values = walkList(run, [element], path)
    if (values.length === 0) return false
    if (values.length > 1) throw new JsonPathError('can only compare one element at a time')
    sides.push(values[0])
  }
  return compare(sides[0], operator, sides[1])
}

/** A value as the body of a range, or the template as a whole, starts from it. */
function entered(value: Value): Value {
  if (value !== undefined) return value ?? undefined
  throw new JsonPathError('reflect: call of reflect.Value.Interface on zero Value')
}

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
function slice(list: readonly Json[], bounds: Bounds): readonly Json[] | string {
  const length = BigInt(list.length)
  const fromEnd = (bound: bigint): bigint => (bound < 0n ? bound + length : bound)
  const [from, to] = [fromEnd(bounds.from), fromEnd(bounds.to ?? length)]
  if (from === to) return []
  if (from >= length || from < 0n) return outOfBounds(from, length)
  if (to > length || to < 0n) return outOfBounds(to - 1n, length)
  if (from > to) return `starting index ${from} is greater than ending index ${to}`
  if (bounds.step <= 0n) return 'step must be > 0'
  return list.slice(Number(from), Number(to)).filter((_, i) => BigInt(i) % bounds.step === 0n)
}

/** The index as a Go int: it wraps. */
function outOfBounds(index: bigint, length: bigint): string {
  return `array index out of bounds: index ${BigInt.asIntN(64, index)}, length ${length}`
}
