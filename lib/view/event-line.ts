import { escapeUnsafe } from '../core/unsafe-characters.ts'
import { type Event, EVENT_FORMAT_VERSION } from '../ports/events.ts'

/** An event as one line of JSON, `{v, time, …event}`, safe to look at in a terminal: of `--json` and run.jsonl. */
export function eventLine(event: Event, at: Date): string {
  const line = { v: EVENT_FORMAT_VERSION, time: at.toISOString(), ...event }
  return `${escapeUnsafe(JSON.stringify(line))}\n`
}
