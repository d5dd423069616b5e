export type ViewKind = 'live' | 'plain' | 'json'

/** What the choice depends on; `env` is the environment, passed in so that the choice is pure. */
export type TerminalEnv = {
  /** Whether stdout is a terminal. */
  readonly isTTY: boolean
  /** Whether `--json` was given. */
  readonly json: boolean
  readonly env: Readonly<Record<string, string | undefined>>
}

/**
 * Which view a run gets, and whether it may colour. Only a terminal that can move its cursor gets
 * the live list; pipes, CI and TERM=dumb get plain lines, which are never coloured: FORCE_COLOR
 * cannot bring colours into a pipe, but FORCE_COLOR=0 takes them away like NO_COLOR.
 */
export function chooseView({ isTTY, json, env }: TerminalEnv): { kind: ViewKind; color: boolean } {
  if (json) return { kind: 'json', color: false }
  if (!isTTY || isSet(env['CI']) || env['TERM'] === 'dumb') return { kind: 'plain', color: false }
  return { kind: 'live', color: mayColor(env) }
}

/** Whether a terminal may be coloured, for texts that are printed outside of a view. */
export function mayColor(env: TerminalEnv['env']): boolean {
  return !isGiven(env['NO_COLOR']) && env['FORCE_COLOR'] !== '0' && env['TERM'] !== 'dumb'
}

/** NO_COLOR counts with any value but the empty one (no-color.org). */
function isGiven(value: string | undefined): boolean {
  return value !== undefined && value !== ''
}

/** CI=false and CI=0 mean no CI. */
function isSet(value: string | undefined): boolean {
  return isGiven(value) && value !== 'false' && value !== '0'
}
