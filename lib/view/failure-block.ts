import type { Event, Mode } from '../ports/events.ts'
import { failureLines } from './failure-text.ts'
import type { Failure, FailureTextOptions } from './failure-text.ts'
import { oneLine } from './layout.ts'
import { painter } from './paint.ts'

type StepFailed = Extract<Event, { type: 'step-failed' }>

type RunEnded = Extract<Event, { type: 'run-ended' }>

const FAILED = ['✖', 'red'] as const
const STOPPED = ['■', 'yellow'] as const

/** Where the failure belongs, and how it is to be shown. */
export interface FailureBlockOptions extends FailureTextOptions {
  readonly mode: Mode
  /** The failed step's title; left out where it stands right above already. */
  readonly title?: string
}

/** The title of a step that failed or was interrupted, and the block below it. */
export function failureBlock(event: StepFailed, options: FailureBlockOptions): string[] {
  const paint = painter(options.color ?? false)
  const [mark, style] = event.interrupted === true ? STOPPED : FAILED
  const title =
    options.title === undefined ? [] : [paint(style, `${mark} ${oneLine(options.title)}`)]
  return [...title, ...failureLines(failureOf(event, options.mode), options)]
}

/** Why a run ended where no step was at fault. */
export function runFailureBlock(event: RunEnded, options: FailureTextOptions = {}): string[] {
  if (event.error === undefined) return []
  const paint = painter(options.color ?? false)
  const [mark, style] = event.outcome === 'interrupted' ? STOPPED : FAILED
  return [
    paint(style, `${mark} ${oneLine(event.error.problem)}`),
    ...failureLines({ explanation: event.error }, { ...options, withoutProblem: true }),
  ]
}

/** Only a run gives back what it has changed: elsewhere "nothing" would only raise questions. */
function failureOf(event: StepFailed, mode: Mode): Failure {
  const { explanation, undone, goOn } = event
  return {
    explanation,
    ...(mode !== 'run' && undone.length === 0 ? {} : { undone }),
    ...(goOn === undefined ? {} : { goOn }),
  }
}
