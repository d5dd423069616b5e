import type { Event } from '../ports/events.ts'
import { isObject } from '../core/json.ts'
import type { Json } from '../core/json.ts'
import type { Changes } from '../core/change.ts'
import { printable } from './printable.ts'
import { redactJson } from './redact-json.ts'

/** The event without secrets, for machines to read. */
export function redactEvent(event: Event): Event {
  return redactJson(event) as Event
}

/** The event without secrets and without anything a terminal would act upon; line ends are kept. */
export function cleanEvent(event: Event): Event {
  return printableJson(redactJson(event)) as Event
}

/** Changes cleaned in the same way, for texts made outside of a view. */
export function cleanChanges(changes: Changes): Changes {
  return printableJson(redactJson(changes)) as Changes
}

function printableJson(value: Json): Json {
  if (typeof value === 'string') return printable(value, { lines: 'keep' })
  if (Array.isArray(value)) return value.map((item: Json) => printableJson(item))
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [printable(key), printableJson(item)]),
  )
}
