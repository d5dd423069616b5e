import type { Json } from '../core/json.ts'
import type { Acting, Step } from '../ports/step.ts'

/** Somebody who asks while what answers for DNS is changed. Nothing of this ever throws. */
export interface Asking {
  /** Begins, where DNS answers and somebody can ask; returns once it is asked. */
  begin(): Promise<void>
  /** Goes on until what was changed has come to rest, or for half a minute. */
  untilSettled(ctx: Acting): Promise<void>
  /** Ends it, tells what came of it, and takes away what was made for it. */
  end(): Promise<void>
  /** Why nobody asked, where somebody should have. */
  readonly notes: () => readonly string[]
}

/** Where nobody does. */
export const NOT_ASKED: Asking = {
  begin: () => Promise.resolve(),
  untilSettled: () => Promise.resolve(),
  end: () => Promise.resolve(),
  notes: () => [],
}

/** The step, DNS being asked from before its first write on; `end` of the asking is the run's. */
export function askedMeanwhile(step: Step, asking: Asking): Step {
  const { changesDns } = step
  if (changesDns === undefined) return step
  return {
    ...step,
    async apply(ctx, changes) {
      await asking.begin()
      await step.apply(ctx, changes)
    },
    async rollback(ctx, undo: Json, facts) {
      if (changesDns.takenAwayBy(undo)) {
        // What is taken away is not lost.
        await asking.end()
        return step.rollback(ctx, undo, facts)
      }
      await asking.begin()
      const lines = await step.rollback(ctx, undo, facts)
      await asking.untilSettled(ctx)
      return lines
    },
  }
}
