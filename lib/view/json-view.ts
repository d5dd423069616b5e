import { escapeUnsafe } from '../core/unsafe-characters.ts'
import { EVENT_FORMAT_VERSION } from '../ports/events.ts'
import type { Event, Mode, StepTitle } from '../ports/events.ts'
import { clean } from './clean.ts'
import { failureBlock, runFailureBlock } from './failure-block.ts'
import type { Output } from './output.ts'
import { throttle } from './throttle.ts'
import type { View } from './view.ts'

/** What the JSON view writes to. */
export interface JsonOptions {
  readonly out: Output
  /** Takes the failure blocks, for the people who watch. */
  readonly err: Output
  readonly clock: () => Date
}

const PROGRESS_EVERY_MS = 1000

/** Events as JSON lines `{v, time, …event}`; nothing else is ever written to `out`. */
export function jsonView({ out, err, clock }: JsonOptions): View {
  let steps: readonly StepTitle[] = []
  let mode: Mode = 'run'
  const mayShow = throttle(PROGRESS_EVERY_MS, () => clock().getTime())

  const failureText = (event: Event): string[] => {
    if (event.type === 'run-ended') return runFailureBlock(event)
    if (event.type !== 'step-failed') return []
    const title = steps.find(({ id }) => id === event.step)?.title ?? event.step
    return failureBlock(event, { mode, title })
  }
  const sink = (event: Event): void => {
    if (event.type === 'run-started') {
      steps = event.steps
      mode = event.mode
    }
    if (event.type === 'step-progress' && (out.congested || !mayShow(event.step))) return
    out.write(jsonLine({ v: EVENT_FORMAT_VERSION, time: clock().toISOString(), ...event }))
    err.write(
      failureText(clean(event))
        .map((line) => `${line}\n`)
        .join(''),
    )
  }
  return {
    sink,
    notice(text) {
      err.write(`${text}\n`)
    },
    close: () => Promise.resolve(),
  }
}

/** One line of JSON that means the same and is safe to look at in a terminal. */
function jsonLine(value: object): string {
  return `${escapeUnsafe(JSON.stringify(value))}\n`
}
