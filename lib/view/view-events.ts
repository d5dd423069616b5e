import type { Event } from '../ports/events.ts'
import type { StepId } from '../ports/step.ts'

/** A step that the run was interrupted in: the engine's `step-failed`, told apart. */
export type StepInterrupted = Omit<Extract<Event, { type: 'step-failed' }>, 'type'> & {
  readonly type: 'step-interrupted'
}

/** The events as the views for people take them: each step id is unique. */
export type ViewEvent = Event | StepInterrupted

/** An event that ends a step. */
export type EndingEvent = Exclude<
  Extract<ViewEvent, { step: StepId }>,
  { type: (typeof BEFORE_THE_END)[number] }
>

const BEFORE_THE_END = ['step-started', 'step-progress', 'step-measured'] as const

/** Events on their way to a view for people. */
export interface Adapter {
  readonly sink: (event: Event) => void
  /** Passes on what was held back. */
  readonly flush: () => void
}

/**
 * Passes events on to a view for people. A step that comes twice in one run (a rollback of two
 * runs) is told apart by number, `apply-manifest#2`. A failure is held until the next event, which
 * follows at once: only the run's end tells whether it was an interruption.
 */
export function adaptEvents(next: (event: ViewEvent) => void): Adapter {
  let held: Extract<Event, { type: 'step-failed' }> | undefined
  const ended = new Map<StepId, number>()

  const flush = (outcome?: string): void => {
    if (held === undefined) return
    const event = held
    held = undefined
    next(outcome === 'interrupted' ? { ...event, type: 'step-interrupted' } : event)
  }
  const pass = (event: Event): void => {
    flush(event.type === 'run-ended' ? event.outcome : undefined)
    if (event.type === 'step-failed') held = event
    else next(event)
  }
  return {
    sink(event) {
      if (event.type === 'run-started') {
        pass({ ...event, steps: numbered(event.steps) })
      } else if ('step' in event) {
        const before = ended.get(event.step) ?? 0
        if (isEnding(event)) ended.set(event.step, before + 1)
        pass({ ...event, step: numberedId(event.step, before) })
      } else {
        pass(event)
      }
    },
    flush,
  }
}

/** True for the one event that ends a step. */
export function isEnding(event: ViewEvent): event is EndingEvent {
  const before: readonly string[] = BEFORE_THE_END
  return 'step' in event && !before.includes(event.type)
}

function numbered<T extends { readonly id: StepId }>(steps: readonly T[]): T[] {
  const seen = new Map<StepId, number>()
  return steps.map((step) => {
    const before = seen.get(step.id) ?? 0
    seen.set(step.id, before + 1)
    return { ...step, id: numberedId(step.id, before) }
  })
}

function numberedId(id: StepId, before: number): StepId {
  return before === 0 ? id : `${id}#${String(before + 1)}`
}
