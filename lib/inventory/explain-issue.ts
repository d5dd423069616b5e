import type { z } from 'zod'
import { byNearness } from '../core/nearest.ts'
import { at, isObject, type Json, textAt } from '../core/json.ts'
import { hintAt, sectionsWith } from './json-schema.ts'
import { type Path, pathText, type ProblemAt } from './problem.ts'
import { quote } from './quote.ts'

type Issue = z.core.$ZodIssue

/** Unknown keys compared and told; a file with more has another problem. */
const MOST_KEYS = 50
const LONGEST_KEY = 40

/** What the schema found, in words; `data` is what it looked at. */
export function explainIssue(issue: Issue, data: Json): readonly ProblemAt[] {
  const path = issue.path.map((key) => (typeof key === 'number' ? key : String(key)))
  const value = at(data, ...path)
  if (issue.code === 'unrecognized_keys') return unknownKeys(path, issue.keys)
  if (issue.code === 'invalid_union') return explainUnion(issue, path, data)
  if (value === undefined) return [missing(path)]
  switch (issue.code) {
    case 'custom':
      return [unfit(path, value, issue)]
    case 'too_small':
    case 'too_big':
      return outOfBounds(path, value, issue)
    case 'invalid_type':
      return [otherType(path, value, issue.expected)]
    default:
      return [{ path, problem: `${pathText(path)} is ${kindOf(value)}`, remedy: write(path) }]
  }
}

/** Of the choices the map is meant where a map is written; the rest of its issues are about its keys. */
function explainUnion(
  issue: Extract<Issue, { code: 'invalid_union' }>,
  path: Path,
  data: Json,
): readonly ProblemAt[] {
  const value = at(data, ...path)
  if (!isObject(value)) {
    const name = pathText(path)
    const problem = `${name} ${value === undefined ? 'is missing' : `is ${kindOf(value)}`}`
    const keys = hintAt(path).keys.slice(0, 2).join(' and ')
    const remedy = `write ${name}: lab, or for a cluster of yours its ${keys} below ${name}:`
    return [{ path, problem, remedy }]
  }
  const branch = issue.errors.find((errors) => !errors.some((one) => one.code === 'invalid_value'))
  return (branch ?? []).flatMap((one) =>
    explainIssue({ ...one, path: [...path, ...one.path] }, data),
  )
}

function missing(path: Path): ProblemAt {
  const { description, example } = hintAt(path)
  const key = String(path.at(-1) ?? '')
  const problem = `${pathText(path)} is missing${description === null ? '' : `: ${description}`}`
  return { path, problem, remedy: `add ${key}: ${example ?? '…'}` }
}

function unfit(path: Path, value: Json, issue: Extract<Issue, { code: 'custom' }>): ProblemAt {
  const shown = typeof value === 'string' ? value : ''
  const problem = [pathText(path), shown === '' ? '' : quote(shown), issue.message]
  const remedy = textAt(issue.params as Json | undefined, 'remedy') ?? write(path)
  return { path, problem: problem.filter(Boolean).join(' '), remedy }
}

function outOfBounds(
  path: Path,
  value: Json,
  issue: Extract<Issue, { code: 'too_small' | 'too_big' }>,
): readonly ProblemAt[] {
  const bound = issue.code === 'too_small' ? issue.minimum : issue.maximum
  const remedy = `write ${issue.code === 'too_small' ? 'at least' : 'at most'} ${bound}`
  const name = pathText(path)
  if (Array.isArray(value))
    return [{ path, problem: `${name} has ${value.length} entries`, remedy }]
  // zod counts the characters of text where a list should be; that it is text is said already.
  return typeof value === 'number' ? [{ path, problem: `${name} is ${value}`, remedy }] : []
}

const EXPECTED: Readonly<Record<string, string>> = {
  string: 'text',
  int: 'a whole number',
  number: 'a whole number',
  object: 'a map',
  array: 'a list',
}

function otherType(path: Path, value: Json, expected: string): ProblemAt {
  const name = path.length === 0 ? 'the file' : pathText(path)
  const scalar = typeof value === 'number' || typeof value === 'boolean'
  const remedy = expected === 'string' && scalar ? 'put it in quotes' : write(path, expected)
  if (value === null) return { path, problem: `${name} is empty`, remedy }
  const wanted = EXPECTED[expected] ?? expected
  return { path, problem: `${name} is ${kindOf(value)}, not ${wanted}`, remedy }
}

function kindOf(value: Json): string {
  if (value === null) return 'empty'
  if (typeof value === 'string') return `the text ${quote(value)}`
  if (typeof value === 'object') return Array.isArray(value) ? 'a list' : 'a map'
  return typeof value === 'number' ? `the number ${value}` : String(value)
}

/** What to write at a path. */
function write(path: Path, expected?: string): string {
  const { description, example, keys } = hintAt(path)
  if (expected === 'array') return 'write one line for each, beginning with “- ”'
  if (keys.length > 0) return `write its keys below it, indented: ${keys.join(', ')}`
  const such = example === null ? '' : `, such as ${example}`
  return `write ${description ?? 'what inventory.schema.json has'}${such}`
}

/** Keys that the schema does not know, each with the nearest that it does. */
function unknownKeys(path: Path, keys: readonly string[]): readonly ProblemAt[] {
  const known = hintAt(path).keys
  return keys.slice(0, MOST_KEYS).map((key) => ({
    path: [...path, key],
    atKey: true as const,
    problem: `unknown key ${quote(key)}${path.length === 0 ? '' : ` in ${pathText(path)}`}`,
    remedy: remedyFor(key, known, path.length === 0),
  }))
}

function remedyFor(key: string, known: readonly string[], atTop: boolean): string {
  // Never soften this: whoever looks for such a key is to learn that there is none.
  if (/insecure|skip.*verify|skip.*tls/i.test(key)) return 'remove it: TLS is always verified'
  if (/token|passw|secret|credential/i.test(key)) {
    return 'remove it, and what it holds: credentials stay in the kubeconfig'
  }
  const sections = atTop ? sectionsWith(key) : []
  if (sections.length > 0) return `move it below ${sections.join(' or ')}`
  const [nearest] = byNearness(key.slice(0, LONGEST_KEY), known)
  if (nearest === undefined) return 'take it out'
  const others = known.filter((one) => one !== nearest)
  const rest = others.length === 0 ? '' : `; known besides: ${others.join(', ')}`
  return `did you mean ${nearest}${rest}`
}
