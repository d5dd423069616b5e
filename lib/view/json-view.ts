import type { Event } from '../ports/events.ts'
import { clean } from './clean.ts'
import { eventLine } from './event-line.ts'
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
      out.write(eventLine(event, clock()))
      err.write(textOf(failureLines(event, step?.title ?? '')))
    },
    notice(text) {
      err.write(`${text}\n`)
    },
  }
}
