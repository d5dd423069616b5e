import { endingText, headerText } from './event-text.ts'
import { failureBlock, runFailureBlock } from './failure-text.ts'
import { oneLine } from './layout.ts'
import { textOf, throttle } from './output.ts'
import { type EndingEvent, openRecord, type StepRecord } from './run-record.ts'
import { summaryLines } from './summary.ts'
import type { View, ViewMeans } from './view.ts'

/** A log wants to know that something goes on, not every byte. */
const PROGRESS_EVERY_MS = 10_000

/** One line an event, `[lab/start-etcd] done: …`, for pipes, logs and CI: no colour, no cursor. */
export function plainView({ out, err, verbose, now }: ViewMeans): View {
  const record = openRecord(now)
  const mayShow = throttle(PROGRESS_EVERY_MS, now)

  const say = ({ list, name }: StepRecord, text: string): void => {
    out.write(`[${list}/${name}] ${text}\n`)
  }
  const end = (step: StepRecord, event: EndingEvent): void => {
    const { word, detail, lines } = endingText(event, { verbose })
    say(step, detail === '' ? word : `${word}: ${oneLine(detail)}`)
    const below = [...lines, ...step.measured]
    for (const line of below.flatMap((text) => text.split('\n'))) say(step, `  ${line}`)
    if (event.type === 'step-failed') {
      err.write(textOf(failureBlock(event, { mode: record.mode, title: step.title })))
    }
  }
  return {
    sink(event) {
      const step = record.take(event)
      if (event.type === 'run-started') {
        out.write(`${oneLine(headerText(event))}\n`)
      } else if (event.type === 'run-ended') {
        err.write(textOf(runFailureBlock(event)))
        out.write(textOf(summaryLines(event, record.steps)))
      }
      if (step === undefined) return
      if (step.ending !== undefined) end(step, step.ending)
      else if (event.type === 'step-started') say(step, step.title)
      else if (event.type === 'step-progress' && !out.congested && mayShow(step.name)) {
        // A reader who is behind gets what happened, not how it went on meanwhile.
        say(step, step.progress)
      }
    },
    notice(text) {
      err.write(`${text}\n`)
    },
  }
}
