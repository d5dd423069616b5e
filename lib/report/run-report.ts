import type { Asked, AskedSecond } from '../core/asked-data.ts'
import type { Event, Mode } from '../ports/events.ts'
import { clean } from '../view/clean.ts'
import { openRecord, type StepRecord } from '../view/run-record.ts'
import type { Line } from './event-schema.ts'

/** A run as it is told afterwards. Free of secrets and of what a terminal would act upon. */
export type RunReport = {
  readonly mode: Mode
  /** Left out where it could not begin: the end says why. */
  readonly started?: Extract<Event, { type: 'run-started' }>
  /** Left out where it was killed. */
  readonly ended?: Extract<Event, { type: 'run-ended' }>
  readonly steps: readonly StepRecord[]
  /** What was asked while something changed, part by part. */
  readonly asked: readonly AskedPart[]
  /** Of the first and the last event, in milliseconds since 1970. */
  readonly from: number
  readonly to: number
}

/** Questions without a break in between; of a run that was killed without their total. */
export type AskedPart = { readonly seconds: readonly AskedSecond[]; readonly total?: Asked }

function partsOf(events: readonly Event[]): readonly AskedPart[] {
  const parts: AskedPart[] = []
  let seconds: AskedSecond[] = []
  for (const event of events) {
    if (event.type === 'dns-second') seconds.push(event)
    if (event.type !== 'dns-asked') continue
    parts.push({ seconds, total: event })
    seconds = []
  }
  const all = seconds.length === 0 ? parts : [...parts, { seconds }]
  return all.filter((part) => part.seconds.length > 0)
}

/** What a run has told, put together; `lines` has one at least. */
export function runReport(lines: readonly Line[]): RunReport {
  let now = 0
  const record = openRecord(() => now)
  const events = lines.map(({ at, event }) => {
    const told = clean(event)
    now = at.getTime()
    record.take(told)
    return told
  })
  const started = events.find((event) => event.type === 'run-started')
  const ended = events.findLast((event) => event.type === 'run-ended')
  return {
    mode: started?.mode ?? ended?.mode ?? 'run',
    ...(started === undefined ? {} : { started }),
    ...(ended === undefined ? {} : { ended }),
    steps: record.steps,
    asked: partsOf(events),
    from: lines[0]?.at.getTime() ?? 0,
    to: lines.at(-1)?.at.getTime() ?? 0,
  }
}
