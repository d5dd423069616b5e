import { type Changes, isWriting } from '../core/change.ts'
import type { StepId } from '../ports/step.ts'
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

export type Fate = keyof typeof FATES

/** The steps of a run, by what became of them. */
export interface Tally {
  readonly total: number
  readonly steps: Readonly<Record<Fate, readonly StepId[]>>
  /** Steps planned that cannot succeed as things are. */
  readonly blocked: readonly StepId[]
}

/** Counts `steps` by their endings. */
export function tallyOf(steps: readonly StepRecord[]): Tally {
  const byFate: Record<Fate, StepId[]> = {
    changed: [],
    unchanged: [],
    undone: [],
    proven: [],
    drifted: [],
    planned: [],
    waiting: [],
    unknown: [],
    failed: [],
    interrupted: [],
    skipped: [],
    open: [],
  }
  for (const { name, ending } of steps) byFate[fateOf(ending)].push(name)
  const blocked = steps.filter(({ ending }) => isBlocked(ending)).map(({ name }) => name)
  return { total: steps.length, steps: byFate, blocked }
}

/** What became of the steps, in words: `2 changed, 8 unchanged`. Empty where there are none. */
export function tallyText({ steps }: Tally): string {
  return Object.entries(FATES)
    .map(([fate, word]) => [steps[fate as Fate].length, word] as const)
    .filter(([count]) => count > 0)
    .map(([count, word]) => `${String(count)} ${word}`)
    .join(', ')
}

/** True where nothing is changed, only waited for or looked at. */
export function onlyWaits(changes: Changes): boolean {
  return !changes.some(isWriting)
}

function fateOf(event: EndingEvent | undefined): Fate {
  switch (event?.type) {
    case undefined:
      return 'open'
    case 'step-satisfied':
      return 'unchanged'
    case 'step-done':
      return onlyWaits(event.changes) ? 'unchanged' : 'changed'
    case 'step-planned':
      return onlyWaits(event.changes) ? 'waiting' : 'planned'
    case 'step-unknown':
      return 'unknown'
    case 'step-proven':
      return 'proven'
    case 'step-drifted':
      return 'drifted'
    case 'step-failed':
      return event.interrupted === true ? 'interrupted' : 'failed'
    case 'step-undone':
      return 'undone'
    case 'step-skipped':
      return 'skipped'
  }
}

function isBlocked(event: EndingEvent | undefined): boolean {
  return event?.type === 'step-planned' && event.blocked !== undefined
}
