/** A reflector asks again after at most 30 s, and up to twice that by chance (client-go, reflector.go). */
const FRESH_MS = 60_000
/** What is said for less long may be of an API server that was just starting. */
const LONG_MS = 5_000

/** `E1129 02:48:31.123456   12345 reflector.go:205] …`: in the time zone of its machine, without a year. */
const HEAD = /^[EW](\d\d)(\d\d) (\d\d):(\d\d):(\d\d)\.(\d{3})/
/** Of any line, with the process that wrote it. */
const BY = /^[EWI]\d{4} [\d:.]+ +(\d+) /
const COMPLAINT = /\bfailed to list \*v1\.\w+: .*/
/** A kubelet's, which says of its lease every seven seconds what it says of lists at its start only. */
const LEASE = /"Failed to ensure lease exists, will retry" err="(.*)" interval=/

/**
 * What a kube-proxy or kubelet says again and again until now of what it cannot read, each once. None where it has
 * stopped to say so: it is silent while all is well.
 */
export function complaintsIn(log: string, now: Date): readonly string[] {
  const lines = log.split('\n')
  // One that was started again may be content with what the one before was not.
  const last = lines.findLast((line) => BY.test(line)) ?? ''
  const ofLast = lines.filter((line) => BY.exec(line)?.[1] === BY.exec(last)?.[1])
  const said = ofLast.flatMap((line) => {
    const words = LEASE.exec(line)?.[1] ?? COMPLAINT.exec(line)?.[0]
    const at = timeOf(line, now)
    if (words === undefined || at === undefined || now.getTime() - at > FRESH_MS) return []
    return [{ at, words: words.replaceAll('\\"', '"').replace(/"? logger=.*/, '') }]
  })
  const [first, latest] = [said[0], said.at(-1)]
  if (first === undefined || latest === undefined || latest.at - first.at < LONG_MS) return []
  return [...new Set(said.map(({ words }) => words))]
}

function timeOf(line: string, now: Date): number | undefined {
  const [, month, day, ...clock] = HEAD.exec(line) ?? []
  if (month === undefined) return undefined
  const [hour = 0, minute = 0, second = 0, ms = 0] = clock.map(Number)
  const year = now.getFullYear()
  return new Date(year, Number(month) - 1, Number(day), hour, minute, second, ms).getTime()
}
