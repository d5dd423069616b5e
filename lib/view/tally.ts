import { type Changes, isWriting } from '../core/change.ts'
import type { StepId } from '../ports/step.ts'
import { asWritten, type Say } from '../words/say.ts'
import type { EndingEvent, StepRecord } from './run-record.ts'

/** What can become of a step, in the order in which it is told, and the words for it. */
const FATES = {
  changed: 'changed',
  unchanged: 'unchanged',
  undone: 'undone',
  proven: 'as wanted',
  drifted: 'drifted',
  planned: 'would change',
  waiting: 'would wait',
  unknown: 'not known yet',
  failed: 'failed',
  interrupted: 'interrupted',
  skipped: 'left out',
  open: 'not reached',
} as const

type Fate = keyof typeof FATES

/** The steps of a run, by what became of them. */
export type Tally = {
  readonly total: number
  readonly steps: Readonly<Record<Fate, readonly StepId[]>>
  /** Steps planned that cannot succeed as things are. */
  readonly blocked: readonly StepId[]
}

/** Counts `steps` by their endings. */
export function tallyOf(steps: readonly StepRecord[]): Tally {
  const byFate = Object.groupBy(steps, ({ ending }) => fateOf(ending))
  const fates = Object.keys(FATES) as Fate[]
  const names = fates.map((fate) => [fate, byFate[fate]?.map(({ name }) => name) ?? []])
  const blocked = steps.filter(({ ending }) => isBlocked(ending)).map(({ name }) => name)
  return {
    total: steps.length,
    steps: Object.fromEntries(names) as Tally['steps'],
    blocked,
  }
}

/** What became of the steps, to be added to a sentence: `: 2 changed, 8 unchanged`. Empty where there are none. */
export function counts(tally: Tally, say: Say = asWritten): string {
  const text = tallyText(tally, say)
  return text === '' ? '' : `: ${text}`
}

/** The same by itself. */
export function tallyText({ steps }: Tally, say: Say = asWritten): string {
  const told = (Object.keys(FATES) as Fate[]).filter((fate) => steps[fate].length > 0)
  return told.map((fate) => say(`${steps[fate].length} ${FATES[fate]}`)).join(say(', '))
}

/** True where nothing is changed, only waited for or looked at. */
export function onlyWaits(changes: Changes): boolean {
  return !changes.some(isWriting)
}

/** Endings that say by their type what became of the step. */
const SURE = {
  'step-satisfied': 'unchanged',
  'step-unknown': 'unknown',
  'step-proven': 'proven',
  'step-drifted': 'drifted',
  'step-undone': 'undone',
  'step-skipped': 'skipped',
} as const

function fateOf(event: EndingEvent | undefined): Fate {
  if (event === undefined) return 'open'
  switch (event.type) {
    case 'step-done':
      return onlyWaits(event.changes) ? 'unchanged' : 'changed'
    case 'step-planned':
      return event.undo === undefined && onlyWaits(event.changes) ? 'waiting' : 'planned'
    case 'step-failed':
      return event.interrupted === true ? 'interrupted' : 'failed'
    default:
      return SURE[event.type]
  }
}

function isBlocked(event: EndingEvent | undefined): boolean {
  return event?.type === 'step-planned' && event.blocked !== undefined
}
