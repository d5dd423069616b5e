import type { Layer } from './layers.ts'
import type { LookData } from './look-data.ts'

/** What every expected failure says: what is wrong, what was seen, why, and what to do about it. */
export type Explanation = {
  /** One sentence with the real names in it. */
  readonly problem: string
  /** Evidence, one line each: what was observed, verbatim where possible. */
  readonly seen?: readonly string[]
  /** Why it is so, where that is known. Left out rather than guessed. */
  readonly cause?: string
  /** What to do now: a command to paste wherever there is one. */
  readonly remedy: string
  /** The cause in parts, for programs to read, where it was told from gathered evidence. */
  readonly verdict?: Cause
  /** What else is wrong by that evidence, and may be the cause or its consequence. */
  readonly further?: readonly Cause[]
  /** What it is not, in words. */
  readonly ruledOut?: readonly string[]
  /** The command that says more of the verdict. */
  readonly more?: string
}

/** A cause that was told from evidence. */
export type Cause = {
  /** Of a known failure (docs/failures.md): `E3`. */
  readonly code: string
  /** Where the fault lies. */
  readonly layer: Layer
  /** Whether the fault itself was seen, or only what it does. */
  readonly certainty: 'seen' | 'inferred'
  readonly cause: string
  /** The line it rests on. */
  readonly evidence: string
  /** The object or host concerned. */
  readonly subject: string
  readonly cure: string
}

abstract class ExplainedError extends Error {
  explanation: Explanation
  constructor(explanation: Explanation, options?: ErrorOptions) {
    super(explanation.problem, options)
    this.explanation = explanation
  }
  /** Tells it in other words. */
  reword(words: (explanation: Explanation) => Explanation): void {
    this.explanation = words(this.explanation)
  }
}

/** What the user gave cannot be used: command line, inventory, machine, journal. Exit code 2. */
export class InputError extends ExplainedError {
  override readonly name = 'InputError'
}

/** A step could not be carried out or proven. Exit code 1. */
export class StepError extends ExplainedError {
  override readonly name = 'StepError'
  /** What the last look has read: for whoever looks for the cause. */
  readonly data: LookData | undefined
  /** The problem without what was wanted: the same for all that fail together. */
  readonly reason: string
  /** What was planned cannot be done, and the explanation is all there is to say: no cause is looked for. */
  readonly obstacle: boolean
  /** The API server has refused it for want of a right. */
  readonly lacksRight: boolean
  /** The cluster cannot be asked at all, and everything else would fail alike. */
  readonly noAccess: boolean
  constructor(
    explanation: Explanation,
    {
      data,
      reason = explanation.problem,
      obstacle = false,
      lacksRight = false,
      noAccess = false,
      ...options
    }: ErrorOptions & {
      readonly data?: LookData | undefined
      readonly reason?: string | undefined
      readonly obstacle?: boolean
      readonly lacksRight?: boolean
      readonly noAccess?: boolean
    } = {},
  ) {
    super(explanation, options)
    this.data = data
    this.reason = reason
    this.obstacle = obstacle
    this.lacksRight = lacksRight
    this.noAccess = noAccess
  }
}

/**
 * A look that got an answer of the world which says no: refused, too late, not that status. With what the
 * system itself reports it is all that counts as an observation; any other error is a bug of this program.
 */
export class ObservedError extends Error {
  override readonly name: string = 'ObservedError'
}

/** What the world has said. Anything else is thrown again: our own mistakes are no state of the world. */
export function observed(error: unknown): string {
  if (error instanceof StepError) return error.reason
  // A file or certificate that is not as it should be is a fact, too.
  const isSystem =
    error instanceof Error && ('syscall' in error || systemCode(error)?.startsWith('ERR_OSSL'))
  const isKnown = error instanceof ObservedError || error instanceof UnknownYetError
  if (isKnown || isSystem || isExplained(error)) return messageOf(error)
  throw error
}

/** What the language throws by itself, and what an interface throws that was called wrongly: always a bug of ours. */
export function isMistake(error: unknown): boolean {
  if (!MISTAKES.some((one) => error instanceof one)) return false
  // fetch and the like wrap what the world has said in a TypeError.
  if ((error as Error).cause !== undefined) return false
  const code = systemCode(error)
  return code === undefined || code.startsWith('ERR_INVALID_ARG')
}

const MISTAKES = [TypeError, ReferenceError, RangeError, SyntaxError]

/** Another run holds the lock. Exit code 75 (EX_TEMPFAIL of sysexits.h). */
export class LockedError extends ExplainedError {
  override readonly name = 'LockedError'
}

/** The user or the system ended the run. Exit code 128 + signal number, as shells report it. */
export class InterruptedError extends ExplainedError {
  override readonly name = 'InterruptedError'
  readonly signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP'
  constructor(signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP', explanation: Explanation) {
    super(explanation)
    this.signal = signal
  }
}

/**
 * Thrown by the overlay ports of a dry-run when asked for something that only a step not yet
 * carried out will decide. The engine turns it into the check status `unknown`.
 */
export class UnknownYetError extends Error {
  override readonly name = 'UnknownYetError'
  readonly after: string
  readonly because: string
  constructor(after: string, because: string) {
    super(`${because} (known after ${after})`)
    this.after = after
    this.because = because
  }
}

/** What was asked for is longer than was agreed to. */
export class TooLargeError extends ObservedError {
  override readonly name = 'TooLargeError'
  constructor(limit: number) {
    super(`the body is larger than ${limit} bytes`)
  }
}

/** True for failures that explain themselves; anything else is a bug of this program. */
export function isExplained(
  error: unknown,
): error is InputError | StepError | LockedError | InterruptedError {
  return error instanceof ExplainedError
}

const SIGNAL_EXIT = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const

/** The one place where an error decides the exit code. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof InputError) return 2
  if (error instanceof StepError) return 1
  if (error instanceof LockedError) return 75
  if (error instanceof InterruptedError) return SIGNAL_EXIT[error.signal]
  return 70
}

/** The message of anything thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** The code of a system error, such as `ENOENT`. */
export function systemCode(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' ? code : undefined
}
