/** Two ways to do the same work, timed in turn so that a noisy machine troubles both alike. */
export interface Contest {
  readonly name: string
  /** Before each round. */
  readonly before?: () => Promise<void>
  readonly ours: () => Promise<void>
  /** Between ours and theirs. */
  readonly between?: () => Promise<void>
  readonly theirs: () => Promise<void>
}

/** Seconds of each round. */
export interface Times {
  readonly ours: readonly number[]
  readonly theirs: readonly number[]
}

/** Times a contest; the first round warms up and does not count. */
export async function measure(contest: Contest, rounds: number): Promise<Times> {
  const ours: number[] = []
  const theirs: number[] = []
  for (let round = 0; round <= rounds; round += 1) {
    await contest.before?.()
    const one = await seconds(contest.ours)
    await contest.between?.()
    const other = await seconds(contest.theirs)
    if (round === 0) continue
    ours.push(one)
    theirs.push(other)
  }
  return { ours, theirs }
}

/** One line: medians, and the ratio pair by pair. */
export function table(name: string, { ours, theirs }: Times): string {
  const ratios = ours.map((one, i) => one / (theirs[i] ?? one))
  const show = (values: readonly number[]) => `${median(values).toFixed(2)} s`
  const spread = `${Math.min(...ratios).toFixed(2)}-${Math.max(...ratios).toFixed(2)}`
  return `${name.padEnd(24)} hardway ${show(ours).padStart(8)}   kubectl ${show(theirs).padStart(8)}   ratio ${median(ratios).toFixed(2)} (${spread}, n=${String(ours.length)})`
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? 0)
    : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2
}

async function seconds(work: () => Promise<void>): Promise<number> {
  const since = performance.now()
  await work()
  return (performance.now() - since) / 1000
}
