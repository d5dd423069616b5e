import { askedLines } from './asked-picture.ts'
import { endingText, headerText } from './event-text.ts'
import { failureBlock, runFailureBlock } from './failure-text.ts'
import { hanging, oneLine, tableLines } from './layout.ts'
import { type Output, textOf, throttle } from './output.ts'
import { type EndingEvent, openRecord, type StepRecord } from './run-record.ts'
import { summaryLines } from './summary.ts'
import type { View, ViewMeans } from './view.ts'

/** A log wants to know that something goes on, not every byte. */
const PROGRESS_EVERY_MS = 10_000

/** One line an event, `[lab/start-etcd] done: …`, for pipes, logs and CI: no colour, no cursor. */
export function plainView({ out, err, verbose, now, say, ...means }: ViewMeans): View {
  const record = openRecord(now, say)
  const mayShow = throttle(PROGRESS_EVERY_MS, now)

  // Only a terminal is narrow: a pipe gets each line whole.
  const columns = (): number => (means.terminal.out.isTTY === true ? means.columns() : Infinity)
  const line = (to: Output, text: string): void => {
    to.write(textOf(hanging(text, columns())))
  }
  const tell = ({ list, name }: StepRecord, text: string): void => {
    line(out, `[${list}/${name}] ${text}`)
  }
  const end = (step: StepRecord, event: EndingEvent): void => {
    const { word, detail, lines } = endingText(event, { verbose, say })
    tell(step, detail === '' ? word : `${word}: ${oneLine(detail)}`)
    const table = step.isTable ? tableLines(step.measured, columns()) : step.measured
    const below = [...lines, ...table].flatMap((text) => text.split('\n'))
    for (const text of below) tell(step, `  ${text}`)
    if (event.type === 'step-failed') {
      err.write(
        textOf(
          failureBlock(event, {
            ...{ mode: record.mode, title: step.title },
            ...{ columns: columns(), say },
          }),
        ),
      )
    }
  }
  return {
    sink(event) {
      const step = record.take(event)
      if (event.type === 'run-started') {
        line(out, oneLine(headerText(event, say)))
      } else if (event.type === 'dns-asked') {
        for (const text of askedLines(event, record.seconds, { say })) line(out, text)
      } else if (event.type === 'run-ended') {
        err.write(textOf(runFailureBlock(event, { columns: columns(), say })))
        out.write(textOf(summaryLines(event, record.steps, { columns: columns(), say })))
      }
      if (step === undefined) return
      if (step.ending !== undefined) end(step, step.ending)
      else if (event.type === 'step-started') tell(step, step.title)
      else if (event.type === 'step-progress' && !out.congested && mayShow(step.name)) {
        // A reader who is behind gets what happened, not how it went on meanwhile.
        tell(step, step.progress)
      }
    },
    notice(text) {
      line(err, text)
    },
  }
}
