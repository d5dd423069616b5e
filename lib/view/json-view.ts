import { escapeUnsafe } from '../core/unsafe-characters.ts'
import { type Event, EVENT_FORMAT_VERSION } from '../ports/events.ts'
import { clean } from './clean.ts'
import { failureBlock, runFailureBlock } from './failure-text.ts'
import { textOf, throttle } from './output.ts'
import { openRecord } from './run-record.ts'
import type { View, ViewMeans } from './view.ts'

const PROGRESS_EVERY_MS = 1000

/** Events as JSON lines `{v, time, …event}`; nothing else is ever written to `out`. */
export function jsonView({ out, err, clock, now }: ViewMeans): View {
  const record = openRecord(now)
  const mayShow = throttle(PROGRESS_EVERY_MS, now)

  const failureLines = (event: Event, title: string): string[] => {
    if (event.type === 'run-ended') return runFailureBlock(clean(event))
    if (event.type !== 'step-failed') return []
    return failureBlock(clean(event), { mode: record.mode, title: clean(title) })
  }
  return {
    sink(event) {
      const step = record.take(event)
      if (event.type === 'step-progress' && (out.congested || !mayShow(event.step))) return
      out.write(jsonLine({ v: EVENT_FORMAT_VERSION, time: clock().toISOString(), ...event }))
      err.write(textOf(failureLines(event, step?.title ?? '')))
    },
    notice(text) {
      err.write(`${text}\n`)
    },
  }
}

/** One line of JSON that means the same and is safe to look at in a terminal. */
function jsonLine(value: object): string {
  return `${escapeUnsafe(JSON.stringify(value))}\n`
}
