import {
  type Explanation,
  InputError,
  isExplained,
  LockedError,
  messageOf,
} from '../core/errors.ts'
import { asWritten } from '../words/say.ts'
import { clean } from './clean.ts'
import { failureLines, headline, rowsFor } from './failure-text.ts'
import { indent, wrap } from './layout.ts'
import type { Look } from './paint.ts'

/** How an error is to be told. `verbose` adds the chain of causes. */
export interface DescribeOptions extends Look {
  readonly verbose: boolean
  /** Completes the commands that an explanation names. */
  readonly complete?: (explanation: Explanation) => Explanation
}

/** Causes may be circular; no honest chain is longer. */
const MAX_CAUSES = 10

/**
 * Any error as text for people, without a last line end. Failures that explain themselves become
 * their block; anything else is a bug of this program and says so, with the stack to report.
 */
export function describeError(error: unknown, options: DescribeOptions): string {
  const { say = asWritten } = options
  const row = rowsFor(options)
  const causes = options.verbose ? causesOf(error) : []
  const chain = causes.flatMap((cause) => row('caused by', [nameOf(cause)]))
  if (isExplained(error)) {
    const explanation = clean(options.complete?.(error.explanation) ?? error.explanation)
    const ownWords = error instanceof InputError || error instanceof LockedError
    const block = failureLines({ explanation }, { ...options, ownWords, withoutProblem: true })
    return [...headline(explanation.problem, options), ...block, ...chain].join('\n')
  }
  return [
    ...headline(`This is a bug in hardway: ${nameOf(error)}`, options),
    ...row('please', [
      say('report it together with this text; what was done so far is in the journal'),
    ]),
    ...chain,
    ...stackLines(error, options.columns),
  ].join('\n')
}

/** The errors below this one, nearest first; of an AggregateError all its parts. */
function causesOf(error: unknown): unknown[] {
  const causes = new Set([error])
  // A set is gone through with what is added meanwhile, and each error once.
  for (const one of causes) {
    if (causes.size > MAX_CAUSES) break
    for (const part of partsOf(one)) causes.add(part)
  }
  return [...causes].slice(1, MAX_CAUSES + 1)
}

function partsOf(error: unknown): unknown[] {
  if (!(error instanceof Error)) return []
  const parts: unknown[] = error instanceof AggregateError ? (error.errors as unknown[]) : []
  return error.cause === undefined ? parts : [...parts, error.cause]
}

/** `TypeError: x is not a function`; what was thrown without being an error, as it is. */
function nameOf(error: unknown): string {
  return clean(error instanceof Error ? `${error.name}: ${messageOf(error)}` : messageOf(error))
}

function stackLines(error: unknown, columns = Infinity): string[] {
  if (!(error instanceof Error) || error.stack === undefined) return []
  const frames = error.stack.split('\n').filter((line) => /^\s+at /.test(line))
  return frames.flatMap((line) => indent(wrap(clean(line.trim()), columns - 4), 4))
}
