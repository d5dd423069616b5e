import type { Event, Mode, StepTitle } from '../ports/events.ts'
import { type Changes, isWriting } from '../core/change.ts'
import { changeLines } from './change-text.ts'
import type { ChangeTextOptions } from './change-text.ts'
import { onlyWaits } from './tally.ts'
import type { EndingEvent } from './run-record.ts'

/** How a step ended, ready to be laid out by a view. */
export interface Ending {
  /** One letter for a list. */
  readonly mark: '✔' | '✖' | '~' | '?' | '-' | '!' | '■'
  /** One word for a log. */
  readonly word: string
  /** One line: because, proof, problem. */
  readonly detail: string
  /** What is to be seen below: changes, things given back. */
  readonly lines: readonly string[]
}

/** What is shown of an ending; `verbose` shows the changes of steps that are done as well. */
export interface EndingOptions extends ChangeTextOptions {
  readonly verbose: boolean
}

/** The words for each way in which a step can end. */
export function endingText(event: EndingEvent, options: EndingOptions): Ending {
  switch (event.type) {
    case 'step-satisfied':
      return { mark: '✔', word: 'unchanged', detail: event.because, lines: [] }
    case 'step-planned':
      return plannedText(event, options)
    case 'step-unknown':
      return { mark: '?', word: 'not known yet', detail: unknownText(event), lines: [] }
    case 'step-done': {
      const lines = options.verbose ? changeLines(event.changes, options) : []
      return { mark: '✔', word: 'done', detail: event.proof, lines }
    }
    case 'step-proven':
      return { mark: '✔', word: 'proven', detail: event.proof, lines: [] }
    case 'step-drifted': {
      const lines = changeLines(event.changes, options)
      return { mark: '!', word: 'drifted', detail: countChanges(event.changes), lines }
    }
    case 'step-failed':
      return event.interrupted === true
        ? { mark: '■', word: 'interrupted', detail: '', lines: [] }
        : { mark: '✖', word: 'failed', detail: event.explanation.problem, lines: [] }
    case 'step-undone':
      return undoneText(event.undone)
    case 'step-skipped':
      return { mark: '-', word: 'skipped', detail: event.because, lines: [] }
  }
}

/** `hardway · chapter 14 CoreDNS · dry run · target lab: 3 controllers, 3 workers` */
export function headerText({
  mode,
  target,
  steps,
}: Extract<Event, { type: 'run-started' }>): string {
  const parts = ['hardway', subjectOf(steps), MODES[mode], target]
  return parts.filter((part) => part !== '').join(' · ')
}

const MODES: Readonly<Record<Mode, string>> = {
  run: '',
  'dry-run': 'dry run',
  verify: 'verify',
  rollback: 'rollback',
}

function subjectOf(steps: readonly StepTitle[]): string {
  const [list, ...others] = new Set(steps.map((step) => step.list))
  if (list === undefined || others.length > 0) return 'chapter 14 CoreDNS'
  return { lab: 'lab', chapter: 'chapter 14 CoreDNS', faults: 'faults', prove: 'cluster DNS' }[list]
}

function plannedText(
  { changes, blocked }: Extract<Event, { type: 'step-planned' }>,
  options: EndingOptions,
): Ending {
  const lines = changeLines(changes, options)
  if (blocked !== undefined) {
    return { mark: '✖', word: 'cannot be done', detail: blocked, lines }
  }
  if (onlyWaits(changes)) {
    return { mark: '~', word: 'would wait', detail: waitText(changes), lines: [] }
  }
  return { mark: '~', word: 'would change', detail: countChanges(changes), lines }
}

function unknownText({ after, because }: Extract<Event, { type: 'step-unknown' }>): string {
  return `${because} (known after ${after})`
}

function undoneText(undone: readonly string[]): Ending {
  const [first = 'nothing to undo', ...rest] = undone
  const lines = rest.length > 0 ? undone : []
  return { mark: '✔', word: 'undone', detail: rest.length > 0 ? '' : first, lines }
}

/** `2 to create, 1 to change`, in the order in which the actions first come. Waiting changes nothing. */
function countChanges(changes: Changes): string {
  const counts = new Map<string, number>()
  for (const { action } of changes.filter(isWriting)) {
    counts.set(action, (counts.get(action) ?? 0) + 1)
  }
  return [...counts].map(([action, count]) => `${String(count)} to ${action}`).join(', ')
}

function waitText(changes: Changes): string {
  const waits = changes.map(({ what, note }) => (note === undefined ? what : `${what} (${note})`))
  return `waits for ${waits.join(', ')}`
}
