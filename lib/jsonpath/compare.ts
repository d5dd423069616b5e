import { JsonPathError } from './error.ts'
import { compareStrings } from './value.ts'
import type { Value } from './value.ts'

/**
 * What a filter's operator says of two values. Throws JsonPathError where Go's templates cannot
 * compare them: null, objects, arrays, a whole number with a fraction, unknown operators.
 */
export function compare(left: Value, operator: string, right: Value): boolean {
  switch (operator) {
    case '==':
      return equal(left, right)
    case '!=':
      return !equal(left, right)
    case '<':
      return less(left, right)
    case '>=':
      return !less(left, right)
    case '<=':
      return less(left, right) || equal(left, right)
    case '>':
      return !less(left, right) && !equal(left, right)
    default:
      throw new JsonPathError(`unrecognized filter operator ${operator}`)
  }
}

function equal(left: Value, right: Value): boolean {
  const [a, b] = comparable(left, right)
  return a === b
}

function less(left: Value, right: Value): boolean {
  const [a, b] = comparable(left, right)
  if (typeof a === 'boolean') throw new JsonPathError('invalid type for comparison')
  return typeof a === 'string' && typeof b === 'string' ? compareStrings(a, b) < 0 : a < b
}

type Scalar = boolean | string | number | bigint

/** Both values, of one JavaScript type: a bigint stands for whole numbers only. */
function comparable(left: Value, right: Value): readonly [Scalar, Scalar] {
  const [a, b] = [scalar(left), scalar(right)]
  if (typeof a !== typeof b) throw new JsonPathError('incompatible types for comparison')
  return [a, b]
}

function scalar(value: Value): Scalar {
  if ('value' in value && typeof value.value !== 'object') return value.value
  throw new JsonPathError('invalid type for comparison')
}
