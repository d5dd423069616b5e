/** What tsx's process tells the one behind it: its own number, and when it was started. */
export const STARTED = 'HARDWAY_STARTED'

/** Milliseconds since 1970 at which the user has started this program. */
export const STARTED_AT = startOf(process)

/** What this program starts inherits the variable, and is no child of the one that it names. */
function startOf({ env, ppid }: Pick<NodeJS.Process, 'env' | 'ppid'>): number {
  const [parent, told] = (env[STARTED] ?? '').split(' ').map(Number)
  return parent === ppid && told !== undefined ? told : performance.timeOrigin
}
