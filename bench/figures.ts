import { median } from './measure.ts'

/** One line of the table. */
export type Figure = {
  readonly name: string
  /** One for each round. */
  readonly values: readonly number[]
  readonly unit: string
  /** At most. */
  readonly target?: number
  /** What the same takes by kubectl, in the same rounds. */
  readonly kubectl?: readonly number[]
}

/** `nothing to change, node run.ts   1.32 s (1.30-1.36, n=5)   kubectl 2.10 s   ratio 0.63   at most 0.60: missed` */
export function line({ name, values, unit, target, kubectl }: Figure): string {
  const show = (value: number) => `${value.toFixed(2)} ${unit}`.trim()
  const spread = `${Math.min(...values).toFixed(2)}-${Math.max(...values).toFixed(2)}, n=${values.length}`
  const cells = [name.padEnd(50), show(median(values)).padStart(8), `(${spread})`.padEnd(22)]
  if (kubectl !== undefined) cells.push(`kubectl ${show(median(kubectl))}`)
  if (target !== undefined) {
    const met = median(values) <= target ? 'met' : 'MISSED'
    cells.push(`at most ${show(target)}: ${met}`)
  }
  return cells.join('  ').trimEnd()
}

/** Ratios pair by pair, so that a noisy machine troubles both alike. */
export function ratios(ours: readonly number[], theirs: readonly number[]): number[] {
  return ours.map((one, i) => one / (theirs[i] ?? one))
}
