/** Microseconds as people read them: `0.04 ms`, `1.2 ms`, `310 ms`. */
export function milliseconds(us: number): string {
  const ms = us / 1000
  return `${ms.toFixed(ms < 0.1 ? 2 : ms < 10 ? 1 : 0)} ms`
}
