import type { Explanation } from './errors.ts'
import type { LookData } from './look-data.ts'

/** What one look has found: what proves it, or what is still missing. */
export type Observation<T = string> = { readonly proven: T } | Missing

/** It is not so, or not yet. */
export type Missing = {
  /** What was seen instead, a line each. */
  readonly missing: readonly string[]
  /** Set where the look itself shows that no waiting helps: a wait ends at once. */
  readonly never?: Explanation
  /** With `never`: it could not be looked at, which says nothing of what was to be seen; no cause is looked for. */
  readonly obstacle?: true
  /** What to say at the deadline, where more is known than that it did not come. */
  readonly onTimeout?: Explanation
  /** What is wrong in one sentence, for where a cause shows that no waiting helps. */
  readonly problem?: string
  readonly data?: LookData
}
