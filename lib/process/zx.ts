import { $ } from 'zx/core'

/**
 * zx, loaded with the first program that is run. It says nothing by itself, takes any code for a result, and
 * gives a program a process group of its own.
 */
export const quietly = $({ nothrow: true, quiet: true, verbose: false, detached: true })
