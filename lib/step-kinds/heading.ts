import { defined } from '../core/defined.ts'
import type { Step } from '../ports/step.ts'

/** What a step says of itself, whatever its kind. */
export type Heading = Pick<
  Step,
  'id' | 'title' | 'chapter' | 'touches' | 'examines' | 'provides' | 'byHand'
>

/** A heading and nothing else, out of what a factory of steps is given. */
export function headingOf({ id, title, chapter, touches, ...rest }: Heading): Heading {
  const { examines, provides, byHand } = rest
  return defined({ id, title, chapter, touches, examines, provides, byHand })
}
