import type { AskedSecond } from '../core/asked-data.ts'
import type { JsonObject } from '../core/json.ts'
import type { Event, Mode, ToldStep } from '../ports/events.ts'
import type { StepId } from '../ports/step.ts'
import { asWritten, saidInParts, type Say } from '../words/say.ts'
import { oneLine } from './layout.ts'

type StepEvent = Extract<Event, { step: StepId }>

/** An event that ends a step. */
export type EndingEvent = Exclude<
  StepEvent,
  { type: 'step-started' | 'step-progress' | 'step-measured' | 'step-by-hand' }
>

/** What is known of a step so far. */
export type StepRecord = ToldStep & {
  /** Its id; a step that comes twice in one run (a rollback of two runs) is numbered, `apply-manifest#2`. */
  readonly name: string
  /** When it began, in milliseconds. */
  began?: number
  /** When it ended, likewise. */
  ended?: number
  /** What it said last. */
  progress: string
  measured: readonly string[]
  /** What was measured is a table. */
  isTable: boolean
  /** The same for machines. */
  data?: JsonObject
  /** What a person types for the same. */
  byHand?: string
  ending?: EndingEvent
}

/** A run as its events have told it. */
export interface RunRecord {
  mode: Mode
  steps: readonly StepRecord[]
  /** What was asked while DNS changed. */
  readonly seconds: AskedSecond[]
  /** Takes an event in; returns the step that it is about. */
  take(event: Event): StepRecord | undefined
}

/** An empty record; `now` tells milliseconds, of which only differences count. Titles are as `say` says them. */
export function openRecord(now: () => number, say: Say = asWritten): RunRecord {
  const record: RunRecord = {
    mode: 'run',
    steps: [],
    seconds: [],
    take(event) {
      if (event.type === 'dns-second') record.seconds.push(event)
      if (event.type === 'run-started') {
        record.mode = event.mode
        record.steps = recordsOf(event.steps, say)
      }
      if (!('step' in event)) return undefined
      const step = record.steps.find(({ id, ending }) => id === event.step && ending === undefined)
      if (step === undefined) return undefined
      if (event.type === 'step-started') step.began = now()
      else if (event.type === 'step-progress') step.progress = saidInParts(oneLine(event.text), say)
      else if (event.type === 'step-measured') {
        step.measured = event.lines.map(oneLine)
        step.isTable = event.table === true
        step.data = event.data
      } else if (event.type === 'step-by-hand') step.byHand = event.commands
      else {
        step.ending = event
        step.ended = now()
      }
      return step
    },
  }
  return record
}

function recordsOf(steps: readonly ToldStep[], say: Say): StepRecord[] {
  return steps.map((step, i) => {
    const before = steps.slice(0, i).filter(({ id }) => id === step.id).length
    const name = before === 0 ? step.id : `${step.id}#${String(before + 1)}`
    const title = say(oneLine(step.title))
    return { ...step, title, name, progress: '', measured: [], isTable: false }
  })
}
