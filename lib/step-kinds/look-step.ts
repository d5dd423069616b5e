import { StepError } from '../core/errors.ts'
import type { Observation } from '../core/observation.ts'
import { until } from '../core/until.ts'
import type { Selection } from '../ports/cluster.ts'
import type { Check, Reading, Step } from '../ports/step.ts'
import { type Heading, headingOf } from './heading.ts'

/** A line of the chapter that only looks. */
export interface LookStep extends Heading {
  /** What has to be seen, for `explain`. */
  readonly satisfied: string
  /** Completes "timed out after 60 s waiting for …": `two ready CoreDNS pods`. */
  readonly what: string
  readonly deadlineMs: number
  readonly remedy?: string
  /** A change there is worth another look. Looked at twice a second where left out or not to be told. */
  readonly watch?: (ctx: Reading) => Promise<Selection>
  /** One look; a StepError counts as "not yet". */
  look(ctx: Reading): Promise<Observation>
}

/** A step that only looks. What is not yet so is planned as one `wait`, which has neither intent nor `apply`. */
export function lookStep(of: LookStep): Step<null> {
  return {
    ...headingOf(of),
    about: { satisfied: of.satisfied, undo: 'nothing to undo: it only looks' },
    check: (ctx) => lookNow(of, ctx),
    apply: () => Promise.resolve(),
    verify: (ctx) => waitFor(of, ctx),
    rollback: () => Promise.resolve([]),
  }
}

async function lookNow(of: LookStep, ctx: Reading): Promise<Check<null>> {
  const seen = await look(of, ctx)
  if ('proven' in seen) return { status: 'satisfied', because: seen.proven, proven: true }
  const note = seen.missing.join('; ')
  const change = { action: 'wait', what: of.what, ...(note === '' ? {} : { note }) } as const
  return { status: 'drifted', changes: [change], undo: null }
}

async function look(of: LookStep, ctx: Reading): Promise<Observation> {
  try {
    return await of.look(ctx)
  } catch (error) {
    if (ctx.signal.aborted || !(error instanceof StepError) || error.noAccess) throw error
    return { missing: [error.explanation.problem] }
  }
}

async function waitFor({ watch, ...of }: LookStep, ctx: Reading): Promise<string> {
  const wait = { ...of, look: () => of.look(ctx) }
  const selection = await watch?.(ctx).catch((error: unknown) => {
    if (ctx.signal.aborted || !(error instanceof StepError)) throw error
  })
  if (selection === undefined) return until(ctx, wait)
  return until(ctx, { ...wait, watch: (signal) => ctx.cluster.watch(selection, signal) })
}
