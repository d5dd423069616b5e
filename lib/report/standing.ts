import type { StepRecord } from '../view/run-record.ts'

/**
 * What a run says of a step, best first: `good` was proven, `open` not looked at or only planned, `drifted` differs
 * from what is wanted, `bad` has failed.
 */
export const STANDINGS = ['good', 'open', 'drifted', 'bad'] as const

export type Standing = (typeof STANDINGS)[number]

export function standingOf({ ending }: Pick<StepRecord, 'ending'>): Standing {
  switch (ending?.type) {
    case 'step-satisfied':
    case 'step-done':
    case 'step-proven':
    case 'step-undone':
      return 'good'
    case 'step-drifted':
      return 'drifted'
    case 'step-failed':
      return ending.interrupted === true ? 'open' : 'bad'
    case 'step-planned':
      return ending.blocked === undefined ? 'open' : 'bad'
    case 'step-unknown':
    case 'step-skipped':
    case undefined:
      return 'open'
  }
}
