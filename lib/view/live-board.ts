import type { Outcome, StepTitle } from '../ports/events.ts'
import type { StepId } from '../ports/step.ts'
import { boardText } from './board-text.ts'
import type { BoardTextOptions } from './board-text.ts'
import { labFinished, labRunning } from './lab-text.ts'
import type { LabState } from './lab-text.ts'
import { oneLine } from './layout.ts'
import { isEnding } from './view-events.ts'
import type { EndingEvent, ViewEvent } from './view-events.ts'

/** The list the board writes on; `TaskList` of task-list.ts, seen from here. */
export interface Lines {
  show(key: string, text: string): void
  end(key: string, text: string): void
}

/** What the board is to show, and how. */
export interface BoardOptions extends BoardTextOptions {
  /** Milliseconds; only differences count. */
  readonly now: () => number
}

/** Turns events into the texts of the list's lines. */
export interface Board {
  handle(event: ViewEvent): void
  /** Brings progress and waiting times up to date; to be called a few times a second. */
  tick(): void
  /** Gives every line its last text, also those that the run left unfinished. */
  end(outcome: Outcome | undefined): void
}

/** The key of the line under which the lab's steps are folded; no step id has a colon. */
export const LAB = 'group:lab'

/** A board for one run. */
export function openBoard(lines: Lines, options: BoardOptions): Board {
  const { mode, verbose, steps, now } = options
  const running = new Map<StepId, { readonly since: number; progress: string }>()
  const endings = new Map<StepId, EndingEvent>()
  const measured = new Map<StepId, readonly string[]>()
  const lab = steps.filter(({ list }) => list === 'lab')
  const fold = { mode, verbose, chapterFollows: lab.length < steps.length }
  const text = boardText(options)

  const openSteps = (): StepTitle[] => steps.filter(({ id }) => running.has(id))
  const labState = (): LabState => ({ lab, endings, open: openSteps() })
  const showStep = (step: StepTitle): void => {
    const state = running.get(step.id)
    if (state === undefined) return
    lines.show(step.id, text.running(step, state.progress, now() - state.since))
  }
  const showLab = (): void => {
    if (lab.every(({ id }) => endings.has(id))) lines.end(LAB, labFinished(labState(), text, fold))
    else lines.show(LAB, labRunning(labState(), text))
  }
  const start = (step: StepTitle): void => {
    running.set(step.id, { since: now(), progress: '' })
    if (step.list === 'lab') showLab()
    showStep(step)
  }
  const end = (step: StepTitle, event: EndingEvent): void => {
    running.delete(step.id)
    endings.set(step.id, event)
    // What was not asked for need not be looked at.
    const skipped = event.type === 'step-skipped'
    lines.end(step.id, skipped ? '' : text.finished(step, event, measured.get(step.id)).join('\n'))
    if (step.list === 'lab') showLab()
  }

  return {
    handle(event) {
      const step = 'step' in event ? steps.find(({ id }) => id === event.step) : undefined
      if (step === undefined) return
      if (isEnding(event)) {
        end(step, event)
      } else if (event.type === 'step-started') {
        start(step)
      } else if (event.type === 'step-measured') {
        measured.set(
          step.id,
          event.lines.map((line) => oneLine(line)),
        )
      } else if (event.type === 'step-progress') {
        // Drawn by the next tick: a download reports faster than anyone can read.
        const state = running.get(step.id)
        if (state !== undefined) state.progress = oneLine(event.text)
      }
    },
    tick() {
      for (const step of openSteps()) showStep(step)
    },
    end(outcome) {
      const state: LabState = { ...labState(), outcome }
      for (const step of state.open) {
        lines.end(step.id, text.unfinished(step, outcome).join('\n'))
      }
      const labSeen = lab.some(({ id }) => running.has(id) || endings.has(id))
      if (labSeen) lines.end(LAB, labFinished(state, text, fold))
    },
  }
}
