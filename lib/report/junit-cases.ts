import { defined } from '../core/defined.ts'
import type { NameCheck } from '../core/look-data.ts'
import { endingText } from '../view/event-text.ts'
import { failureLines } from '../view/failure-text.ts'
import type { EndingEvent, StepRecord } from '../view/run-record.ts'
import type { Cell } from './matrix-report.ts'
import { standingOf } from './standing.ts'

/** A test of a suite. `time` in milliseconds, where it was measured. */
export type Case = {
  readonly name: string
  readonly time?: number
  /** Why it has failed (`failure`), could not be carried out (`error`) or says nothing (`skipped`). */
  readonly not?: {
    readonly as: 'failure' | 'error' | 'skipped'
    readonly type: string
    readonly message: string
    readonly text: string
  }
  readonly out?: string
}

/** A step; what it is not known to be, it is not. */
export function stepCase(step: StepRecord): Case {
  const { ending, title, name, began, ended } = step
  const base = {
    name: `${title} (${name})`,
    ...(began === undefined || ended === undefined ? {} : { time: ended - began }),
  }
  if (ending === undefined) {
    const message = began === undefined ? 'not reached' : 'not finished'
    return { ...base, not: { as: 'skipped', type: 'open', message, text: '' } }
  }
  const { word, detail, lines } = endingText(ending, { verbose: true })
  const text = [detail, ...lines].filter(Boolean).join('\n')
  const message = detail === '' ? word : `${word}: ${detail}`
  switch (standingOf(step)) {
    case 'good':
      return { ...base, out: text }
    case 'open':
      return { ...base, not: { as: 'skipped', type: word, message, text } }
    case 'drifted':
      return { ...base, not: { as: 'failure', type: word, message, text } }
    case 'bad':
      return { ...base, not: failed(ending) ?? { as: 'failure', type: word, message, text } }
  }
}

function failed(ending: EndingEvent): Case['not'] {
  if (ending.type !== 'step-failed') return undefined
  const { explanation, undone, goOn } = ending
  const told = undone.length === 0 ? undefined : undone
  return {
    as: 'failure',
    type: explanation.verdict?.code ?? 'unknown',
    message: explanation.problem,
    text: failureLines(defined({ explanation, goOn, undone: told })).join('\n'),
  }
}

/** How a worker reaches a server. */
export function cellCase(cell: Cell): Case {
  const { key, state, asked, answered, wrong, notProven, target } = cell
  const told = `${answered} of ${asked} answered by ${target.name} ${target.address}`
  const large = cell.large === 'lost' ? ['large packets get lost'] : []
  const message = [told, ...large, ...wrong.map((one) => `wrong: ${one}`)].join(', ')
  if (state === 'good') return { name: key, out: message }
  const why = notProven === undefined ? message : `not proven: ${notProven}`
  const as = state === 'bad' ? 'failure' : 'skipped'
  return {
    name: key,
    not: { as, type: state === 'bad' ? 'loss' : 'unknown', message: why, text: '' },
  }
}

/** What a worker's pods get for a name. */
export function nameCase({ worker, name, kind, ok, got, expected }: NameCheck): Case {
  const message = `gives ${got}, expected ${expected}`
  const base = { name: `${worker}: ${name} (${kind})` }
  if (ok) return { ...base, out: message }
  return { ...base, not: { as: 'failure', type: 'name', message, text: '' } }
}
