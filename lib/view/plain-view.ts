import type { Mode, StepTitle } from '../ports/events.ts'
import type { StepId } from '../ports/step.ts'
import { endingText, headerText } from './event-text.ts'
import { failureBlock, runFailureBlock } from './failure-block.ts'
import { oneLine } from './layout.ts'
import type { Output } from './output.ts'
import { summaryLines } from './summary.ts'
import { throttle } from './throttle.ts'
import type { EndingEvent, ViewEvent } from './view-events.ts'
import type { View } from './view.ts'

/** What the plain view writes to, and how much. */
export interface PlainOptions {
  readonly out: Output
  /** Takes the failure blocks, so that a run with `> log` still shows them. */
  readonly err: Output
  readonly verbose: boolean
  /** Milliseconds; only differences count. */
  readonly now: () => number
}

/** A log wants to know that something goes on, not every byte. */
const PROGRESS_EVERY_MS = 10_000

/** One line an event, `[lab/start-etcd] done: …`, for pipes, logs and CI: no colour, no cursor. */
export function plainView({ out, err, verbose, now }: PlainOptions): View<ViewEvent> {
  let steps: readonly StepTitle[] = []
  let mode: Mode = 'run'
  const endings = new Map<StepId, EndingEvent>()
  const measured = new Map<StepId, readonly string[]>()
  const mayShow = throttle(PROGRESS_EVERY_MS, now)

  const stepOf = (step: StepId): StepTitle | undefined => steps.find(({ id }) => id === step)
  const say = (step: StepId, text: string): void => {
    const list = stepOf(step)?.list
    out.write(`[${list === undefined ? '' : `${list}/`}${step}] ${text}\n`)
  }
  const tellFailure = (lines: readonly string[]): void => {
    err.write(lines.map((line) => `${line}\n`).join(''))
  }
  const end = (event: EndingEvent): void => {
    endings.set(event.step, event)
    const { word, detail, lines } = endingText(event, { verbose })
    say(event.step, detail === '' ? word : `${word}: ${oneLine(detail)}`)
    const below = [...lines, ...(measured.get(event.step) ?? [])]
    for (const line of below.flatMap((text) => text.split('\n'))) say(event.step, `  ${line}`)
    if (event.type === 'step-failed' || event.type === 'step-interrupted') {
      const title = stepOf(event.step)?.title ?? event.step
      tellFailure(failureBlock(event, { mode, title }))
    }
  }
  const sink = (event: ViewEvent): void => {
    switch (event.type) {
      case 'run-started':
        steps = event.steps
        mode = event.mode
        out.write(`${oneLine(headerText(event))}\n`)
        break
      case 'step-started':
        say(event.step, oneLine(stepOf(event.step)?.title ?? 'started'))
        break
      case 'step-progress':
        // A reader who is behind gets what happened, not how it went on meanwhile.
        if (!out.congested && mayShow(event.step)) say(event.step, oneLine(event.text))
        break
      case 'step-measured':
        measured.set(
          event.step,
          event.lines.map((line) => oneLine(line)),
        )
        break
      case 'run-ended':
        tellFailure(runFailureBlock(event))
        for (const line of summaryLines(event, steps, endings)) out.write(`${line}\n`)
        break
      default:
        end(event)
    }
  }
  return {
    sink,
    notice(text) {
      err.write(`${text}\n`)
    },
    close: () => Promise.resolve(),
  }
}
