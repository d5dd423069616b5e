import type { RefusalReason } from '../core/look-data.ts'

/** `.spec.replicas: expected numeric (int or float), got string`, one after `errors:` or each on its line. */
const ERROR = /(?:^|: )\.(\S.*?): ((?:expected|field not declared|duplicate entries) ?.*)$/
/** How structured-merge-diff prints a value (value.ToString of an unstructured one). */
const VALUE = /&value\.valueUnstructured\{Value:(.*)\}$/

/**
 * What server-side apply says of fields that the kind does not have, or has of another type, a reason each. In
 * the words of who has written them: YAML has read something else than was meant.
 */
export function wrongTypes(message: string): readonly RefusalReason[] {
  const found = message.split('\n').flatMap((line): readonly RefusalReason[] => {
    const [, field, said] = ERROR.exec(line.trim()) ?? []
    return field === undefined || said === undefined
      ? []
      : [{ field, message: inWords(said), written: true }]
  })
  return found.length === 0 ? [{ message, written: true }] : found
}

function inWords(said: string): string {
  const [, type] = /^expected (\w+)/.exec(said) ?? []
  const value = VALUE.exec(said)?.[1]
  if (type === 'string' && value !== undefined) {
    return /^(?:map|\[)/.test(value)
      ? 'has to be text, and is a list or a map'
      : `has to be text, and YAML reads it as ${value}: put it in quotes`
  }
  if (type === 'numeric') return 'has to be a number, and is none: write it without quotes'
  if (type === 'boolean') return 'has to be true or false, without quotes'
  return value === undefined ? said : said.replace(VALUE, value)
}
