import type { Json } from '../core/json.ts'
import type { Bound } from './node.ts'

/**
 * The part of a list that `[from:to:step]` names: the elements, or client-go's error text. Numbers
 * are those of a Go int: they wrap.
 */
export function slice(
  list: readonly Json[],
  [first, second, third]: readonly [from: Bound, to: Bound, step: Bound],
): readonly Json[] | string {
  const length = BigInt(list.length)
  const { from, to } = ends(length, first, second)
  if (from === to) return []
  if (from >= length || from < 0n) return outOfBounds(from, length)
  if (to > length || to < 0n) return outOfBounds(to - 1n, length)
  if (from > to) {
    return `starting index ${String(from)} is greater than ending index ${String(to)}`
  }
  if (third.known && third.value <= 0n) return 'step must be > 0'
  const step = third.known ? third.value : 1n
  return list.slice(Number(from), Number(to)).filter((_, i) => BigInt(i) % step === 0n)
}

/** Where the part begins and ends; negative numbers count from the end of the list. */
function ends(length: bigint, first: Bound, second: Bound): { from: bigint; to: bigint } {
  const from = first.known ? first.value : 0n
  const to = second.known ? second.value : length
  const fromEnd = to < 0n || (to === 0n && second.derived)
  return { from: from < 0n ? from + length : from, to: fromEnd ? to + length : to }
}

function outOfBounds(index: bigint, length: bigint): string {
  const wrapped = BigInt.asIntN(64, index)
  return `array index out of bounds: index ${String(wrapped)}, length ${String(length)}`
}
