import { isObject, type Json } from '../core/json.ts'
import { printable } from './printable.ts'
import { redactJson } from './redact-json.ts'

/** Plain data without secrets, for machines to read. */
export function withoutSecrets<T>(data: T): T {
  return redactJson(data as Json) as T
}

/**
 * Plain data without secrets and without anything a terminal would act upon; line ends are kept. All
 * that is shown to people passes through here once, where it enters the view.
 */
export function clean<T>(data: T): T {
  return shown(withoutSecrets(data))
}

/** Plain data of which no text makes a terminal act; line ends are kept. */
export function shown<T>(data: T): T {
  return printableJson(data as Json) as T
}

function printableJson(value: Json): Json {
  if (typeof value === 'string') return printable(value, { lines: 'keep' })
  if (Array.isArray(value)) return value.map((item: Json) => printableJson(item))
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [printable(key), printableJson(item)]),
  )
}
