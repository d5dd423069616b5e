import { UnknownYetError } from '../core/errors.ts'
import type { Acting, Check, Reading, Step } from '../ports/step.ts'
import type { ListName, Mode } from '../ports/events.ts'
import type { LookAhead } from './look-ahead.ts'
import type { Session } from './session.ts'
import type { ActingHooks, ReadingHooks, Setup, StepList } from './setup.ts'

export type Item = {
  readonly list: ListName
  readonly step: Step
}

export type RunContext = {
  readonly setup: Setup
  readonly session: Session
  /** Of the plan: a resumed rollback is a rollback. */
  readonly mode: Mode
  readonly tally: { changed: number; unchanged: number }
  /** Looks of later steps; left out where what they look at may not be there yet. */
  readonly ahead?: LookAhead
}

/** A wait that can be ended by itself, and whose looks somebody follows. */
export type Watched = Pick<ReadingHooks, 'signal' | 'saw'>

export function readingOf(run: RunContext, item: Item, watched?: Watched): Reading {
  const hooks = { ...hooksOf(run, item), ...watched }
  // A wait that has ended has nothing more to say.
  const unlessEnded = <T>(tell: (told: T) => void): ((told: T) => void) => {
    return (told) => {
      if (watched?.signal.aborted !== true) tell(told)
    }
  }
  return listOf(run, item.list).ports.reading({
    signal: hooks.signal,
    progress: unlessEnded(hooks.progress),
    saw: unlessEnded(hooks.saw),
    show: unlessEnded(hooks.show),
  })
}

export function actingOf(
  run: RunContext,
  item: Item,
  hooks: Pick<ActingHooks, 'record'> & Partial<ActingHooks>,
): Acting {
  const ignored = (): void => undefined
  return listOf(run, item.list).ports.acting({
    ...hooksOf(run, item),
    ...{ remark: ignored, undone: ignored },
    ...hooks,
  })
}

export function listOf(run: RunContext, name: ListName): StepList {
  const list = run.setup.lists.find((one) => one.name === name)
  if (list === undefined) throw new Error(`no list ${name} was given`)
  return list
}

/** One look, unless one was begun before. */
export function checkOf(run: RunContext, item: Item): Promise<Check> {
  return run.ahead?.take(item) ?? look(run, item)
}

/** A look before its time: ends with the signal, and what it says may be held back. */
type Ahead = {
  readonly signal: AbortSignal
  readonly held: <T>(tell: (told: T) => void) => (told: T) => void
}

/** One look; what a dry-run's overlay cannot know yet becomes the status `unknown`. */
export async function look(run: RunContext, item: Item, ahead?: Ahead): Promise<Check> {
  const { progress, show, ...hooks } = hooksOf(run, item)
  const { signal = hooks.signal, held = atOnce } = ahead ?? {}
  const told = { ...hooks, signal, progress: held(progress), show: held(show) }
  try {
    return await item.step.check(listOf(run, item.list).ports.reading(told))
  } catch (error) {
    if (!(error instanceof UnknownYetError)) throw error
    return { status: 'unknown', after: error.after, because: error.because }
  }
}

function hooksOf(run: RunContext, { step }: Item): ReadingHooks {
  return {
    signal: run.setup.signal,
    progress: (text) => run.setup.sink({ type: 'step-progress', step: step.id, text }),
    saw: () => undefined,
    show: (measured) => run.setup.sink({ type: 'step-measured', step: step.id, ...measured }),
  }
}

function atOnce<T>(tell: (told: T) => void): (told: T) => void {
  return tell
}
