import type { Event, Mode, StepTitle } from '../ports/events.ts'
import { type Changes, isWriting } from '../core/change.ts'
import { asWritten, saidInParts, type Say } from '../words/say.ts'
import { changeLines } from './change-text.ts'
import { hanging } from './layout.ts'
import type { Look } from './paint.ts'
import { failureLines } from './failure-text.ts'
import { onlyWaits } from './tally.ts'
import type { EndingEvent } from './run-record.ts'

/** How a step ended, ready to be laid out by a view. */
export type Ending = {
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
export type EndingOptions = Look & { readonly verbose: boolean }

/** The words for each way in which a step can end. */
export function endingText(event: EndingEvent, options: EndingOptions): Ending {
  const { say = asWritten } = options
  const told = endingOf(event, options)
  const detail = say(told.detail)
  return {
    ...told,
    word: say(told.word),
    detail: detail === told.detail ? saidInParts(detail, say) : detail,
  }
}

function endingOf(event: EndingEvent, options: EndingOptions): Ending {
  const { say = asWritten } = options
  switch (event.type) {
    case 'step-satisfied':
      return ending('✔', 'unchanged', event.because)
    case 'step-planned':
      return plannedText(event, options)
    case 'step-unknown':
      return ending('?', 'not known yet', `${event.because} (known after ${event.after})`)
    case 'step-done': {
      const lines = options.verbose ? changeLines(event.changes, options) : []
      return ending('✔', 'done', event.proof, lines)
    }
    case 'step-proven':
      return ending('✔', 'proven', event.proof)
    case 'step-drifted':
      return ending(
        '!',
        'drifted',
        countChanges(event.changes, say),
        changeLines(event.changes, options),
      )
    case 'step-failed':
      if (event.interrupted === true) return ending('■', 'interrupted')
      return ending('✖', 'failed', event.explanation.problem)
    case 'step-undone':
      return undoneText(['✔', 'undone'], event.undone, options)
    case 'step-skipped':
      return ending('-', 'skipped', event.because)
  }
}

function ending(
  mark: Ending['mark'],
  word: string,
  detail = '',
  lines: readonly string[] = [],
): Ending {
  return { mark, word, detail, lines }
}

/** `undo`: what was given back, or would be. */
function undoneText(
  [mark, word]: readonly [Ending['mark'], string],
  undo: readonly string[],
  { columns = Infinity, say = asWritten }: EndingOptions,
): Ending {
  const lines = undo.flatMap((line) => hanging(say(line), columns))
  if (undo.length > 1) return ending(mark, word, '', lines)
  return ending(mark, word, undo[0] ?? 'nothing to undo')
}

/** `hardway · chapter 14 CoreDNS · dry run · target lab: 3 controllers, 3 workers` */
export function headerText(
  event: Extract<Event, { type: 'run-started' }>,
  say: Say = asWritten,
): string {
  const { mode, target, steps } = event
  const parts = ['hardway', subjectOf(steps), MODES[mode], target].filter(Boolean)
  return parts.map(say).join(' · ')
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
  event: Extract<Event, { type: 'step-planned' }>,
  options: EndingOptions,
): Ending {
  const { changes, blocked, explanation } = event
  const { say = asWritten } = options
  if (blocked !== undefined) {
    const why =
      explanation === undefined
        ? []
        : failureLines({ explanation }, { ...options, withoutProblem: true })
    return ending('✖', 'cannot be done', blocked, [...changeLines(changes, options), ...why])
  }
  if (event.undo !== undefined) return undoneText(['~', 'would be undone'], event.undo, options)
  if (onlyWaits(changes)) return ending('~', 'would wait', waitText(changes, say))
  return ending(
    '~',
    'would change',
    countChanges(changes, say),
    changeLines(event.changes, options),
  )
}

/** `2 to create, 1 to change`, in the order in which the actions first come. Waiting changes nothing. */
function countChanges(changes: Changes, say: Say): string {
  const byAction = Object.groupBy(changes.filter(isWriting), ({ action }) => action)
  return Object.entries(byAction)
    .map(([action, all]) => say(`${all.length} to ${action}`))
    .join(say(', '))
}

function waitText(changes: Changes, say: Say): string {
  const waits = changes.map(({ what, note }) =>
    note === undefined ? say(what) : `${say(what)} (${say(note)})`,
  )
  return `waits for ${waits.join(', ')}`
}
