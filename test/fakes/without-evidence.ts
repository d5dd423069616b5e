import type { Json } from '../../lib/core/json.ts'
import type { Check } from '../../lib/ports/step.ts'

/** What a check decided, without what it rests on: the laws look at that. */
export function withoutEvidence<Undo extends Json>(check: Check<Undo>): Check<Undo> {
  const decided: Check<Undo> & { evidence?: unknown } = { ...check }
  delete decided.evidence
  return decided
}
