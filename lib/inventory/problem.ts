import { InputError } from '../core/errors.ts'
import { escapeUnsafe } from '../core/unsafe-characters.ts'
import { quote } from './quote.ts'

/** Keys and indexes from the top of the file to a value. */
export type Path = readonly (string | number)[]

/** One thing that is wrong with the inventory. */
export type Problem = {
  /** One sentence without the place. */
  readonly problem: string
  readonly cause?: string
  readonly remedy: string
}

/** A problem and the value that it is about; the place is looked up later. */
export type ProblemAt = Problem & {
  readonly path: Path
  /** Points at the key instead of its value. */
  readonly atKey?: true
}

/** A problem and where it stands in the file: line and column from 1. */
export type Placed = Problem & {
  readonly line: number
  readonly column: number
}

/** Whoever has more of them gave another file than was meant. */
const SHOWN = 100

/** `lab.workers[1].podCIDR`; keys that no inventory has are quoted. */
export function pathText(path: Path): string {
  return path
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${keyText(key)}`))
    .join('')
    .replace(/^\./, '')
}

function keyText(key: string): string {
  return /^\w{1,40}$/.test(key) ? key : quote(key)
}

/** The error for everything that is wrong with the file, in the order of its lines. At least one is given. */
export function inventoryError(source: string, problems: readonly Placed[]): InputError {
  const file = escapeUnsafe(source)
  const sorted = problems.toSorted((a, b) => a.line - b.line || a.column - b.column)
  const placed = sorted.map(({ line, column, problem, ...rest }) => ({
    problem: `${file}:${line}:${column} ${problem}`,
    ...rest,
  }))
  const [first] = placed
  if (first !== undefined && placed.length === 1) return new InputError(first)
  const left = placed.length - SHOWN
  const lines = placed.map(({ problem, cause, remedy }) =>
    [problem, cause, remedy].filter(Boolean).join('; '),
  )
  return new InputError({
    problem: `${file} has ${placed.length} problems`,
    seen: [...lines.slice(0, SHOWN), ...(left > 0 ? [`and ${left} more`] : [])],
    remedy: `fix these lines of ${file}, then run the same command again`,
  })
}
