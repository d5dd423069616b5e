/** Says for each key whether it may pass now: the first time, then once every `everyMs`. */
export function throttle(everyMs: number, now: () => number): (key: string) => boolean {
  const passed = new Map<string, number>()
  return (key) => {
    const last = passed.get(key)
    if (last !== undefined && now() - last < everyMs) return false
    passed.set(key, now())
    return true
  }
}
