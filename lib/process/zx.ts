import { $ } from 'zx/core'

/** How zx tells of a program's end. */
export type { ProcessOutput } from 'zx/core'

/**
 * zx, loaded with the first program that is run. It says nothing by itself, takes any code for a result, and
 * gives a program a process group of its own.
 */
export const zx = $({ nothrow: true, quiet: true, verbose: false, detached: true })
