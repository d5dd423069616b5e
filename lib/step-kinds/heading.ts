import { defined } from '../core/defined.ts'
import type { Step } from '../ports/step.ts'

/** What a step says of itself, whatever its kind. */
export type Heading = Pick<Step, 'id' | 'title' | 'chapter' | 'touches' | 'examines' | 'provides'>

/** A heading and nothing else, out of what a factory of steps is given. */
export function headingOf({ id, title, chapter, touches, examines, provides }: Heading): Heading {
  return defined({ id, title, chapter, touches, examines, provides })
}
