import { compare } from './compare.ts'
import { JsonPathError } from './error.ts'
import { goText } from './format.ts'
import type { FilterNode, Node } from './node.ts'
import { slice } from './slice.ts'
import { children, fromJson, typeName } from './value.ts'
import type { Value } from './value.ts'

/** What the evaluation of one template keeps in mind across its nodes. */
export interface Run {
  readonly allowMissingKeys: boolean
  /** Work left before the template is taken for a runaway. */
  budget: number
  /** `{range}`s met but not entered, entered, and `{end}`s met but not used. */
  beginRange: number
  inRange: number
  endRange: number
}

/** An error and what had been found: an existence filter looks at the latter and drops the former. */
class Failure extends JsonPathError {
  readonly found: readonly Value[]
  constructor(message: string, found: readonly Value[]) {
    super(message)
    this.found = found
  }
}

/** Walks one node from each of the values; a port of client-go's `walk`. Throws JsonPathError. */
export function walk(run: Run, input: readonly Value[], node: Node): readonly Value[] {
  spend(run, 1 + input.length)
  switch (node.type) {
    case 'list':
      return walkList(run, input, node.nodes)
    case 'text':
      return [{ kind: 'string', value: node.text }]
    case 'int':
      return input.map(() => ({ kind: 'int', type: 'int', value: node.value }))
    case 'float':
      return input.map(() => ({ kind: 'float64', value: node.value }))
    case 'bool':
      return input.map(() => ({ kind: 'bool', value: node.value }))
    case 'identifier':
      return identifier(run, input, node.name)
    case 'field':
      return field(run, input, node.name)
    case 'array':
      return array(input, node)
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

function inside(run: Run, value: Value): readonly Value[] {
  const values = children(value)
  spend(run, values.length)
  return values
}

function spend(run: Run, steps: number): void {
  run.budget -= steps
  if (run.budget < 0) throw new JsonPathError('the template needs too many steps on this document')
}

function walkList(run: Run, input: readonly Value[], nodes: readonly Node[]): readonly Value[] {
  return nodes.reduce((values, node) => walk(run, values, node), input)
}

function identifier(run: Run, input: readonly Value[], name: string): readonly Value[] {
  if (name === 'range') {
    run.beginRange++
    return input
  }
  if (name !== 'end') throw new Failure(`unrecognized identifier ${name}`, input)
  if (run.inRange === 0) throw new Failure('not in range, nothing to end', [])
  run.endRange++
  return []
}

function field(run: Run, input: readonly Value[], name: string): readonly Value[] {
  const found: Value[] = []
  for (const value of input) {
    if (value.kind !== 'map' || !Object.hasOwn(value.value, name)) continue
    const item = value.value[name]
    if (item !== undefined) found.push(fromJson(item))
  }
  if (found.length === 0 && input.length > 0 && !run.allowMissingKeys) {
    throw new Failure(`${name} is not found`, found)
  }
  return found
}

function array(input: readonly Value[], node: Extract<Node, { type: 'array' }>): readonly Value[] {
  const found: Value[] = []
  for (const value of input) {
    if (value.kind === 'null') continue
    if (value.kind === 'invalid') {
      throw new JsonPathError('reflect: call of reflect.Value.Type on zero Value')
    }
    if (value.kind !== 'slice') throw new Failure(`${typeName(value)} is not array or slice`, input)
    const part = slice(value.value, node.bounds)
    if (typeof part === 'string') throw new Failure(part, input)
    // An empty slice ends the loop, values left over or not: so does the original.
    if (part.length === 0) return found
    for (const item of part) found.push(fromJson(item))
  }
  return found
}

function union(run: Run, input: readonly Value[], lists: readonly (readonly Node[])[]): Value[] {
  try {
    return lists.flatMap((nodes) => walkList(run, input, nodes))
  } catch (error) {
    throw error instanceof Failure ? new Failure(error.message, input) : error
  }
}

/** Everything that has something inside, depth first. */
function recursive(run: Run, input: readonly Value[]): readonly Value[] {
  const found: Value[] = []
  const ahead = input.toReversed()
  for (let value = ahead.pop(); value !== undefined; value = ahead.pop()) {
    const items = inside(run, value)
    if (items.length === 0) continue
    found.push(value)
    for (const item of items.toReversed()) ahead.push(item)
  }
  return found
}

function filter(run: Run, input: readonly Value[], node: FilterNode): readonly Value[] {
  const found: Value[] = []
  for (const value of input) {
    if (value.kind !== 'slice') {
      throw new Failure(`${goText(value)} is not array or slice and cannot be filtered`, input)
    }
    for (const item of value.value) {
      const element = fromJson(item)
      const passes =
        node.operator === 'exists'
          ? exists(run, element, node.left)
          : holds(run, element, node, { input, found })
      if (passes) found.push(element)
    }
  }
  return found
}

function exists(run: Run, element: Value, path: readonly Node[]): boolean {
  try {
    return walkList(run, [element], path).length > 0
  } catch (error) {
    if (error instanceof Failure) return error.found.length > 0
    throw error
  }
}

interface Found {
  readonly input: readonly Value[]
  readonly found: readonly Value[]
}

function holds(run: Run, element: Value, node: FilterNode, { input, found }: Found): boolean {
  const left = single(run, element, node.left, input)
  if (left === undefined) return false
  const right = single(run, element, node.right, input)
  if (right === undefined) return false
  try {
    return compare(left, node.operator, right)
  } catch (error) {
    throw error instanceof JsonPathError ? new Failure(error.message, found) : error
  }
}

/** The one value a side of a comparison has, or undefined where it has none. */
function single(
  run: Run,
  element: Value,
  path: readonly Node[],
  input: readonly Value[],
): Value | undefined {
  try {
    const values = walkList(run, [element], path)
    if (values.length > 1) throw new Failure('can only compare one element at a time', input)
    return values[0]
  } catch (error) {
    throw error instanceof Failure ? new Failure(error.message, input) : error
  }
}
