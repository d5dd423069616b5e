import { parseJson, textAt } from '../lib/core/json.ts'
import { median } from './measure.ts'

/** Events that end a step in which something was done. */
const DONE = 'step-done'
/** Steps that take less are told together. */
const SMALL_S = 0.3

/** Seconds of each step in which something was done, from what `--json` printed; times are those of the events. */
function secondsOf(stdout: string): ReadonlyMap<string, number> {
  const began = new Map<string, number>()
  const took = new Map<string, number>()
  for (const text of stdout.split('\n')) {
    const event = parseJson(text)
    const [type, step = '', time = ''] = ['type', 'step', 'time'].map((key) => textAt(event, key))
    if (type === 'step-started') began.set(step, Date.parse(time))
    const since = began.get(step)
    if (type === DONE && since !== undefined) took.set(step, (Date.parse(time) - since) / 1000)
  }
  return took
}

/** Where the seconds of a run went, of several runs: a line a step, in their order, and one for all that took little. */
export function account(runs: readonly string[]): readonly string[] {
  const all = runs.map(secondsOf)
  const steps = [...(all[0]?.keys() ?? [])].map((step) => {
    return { step, seconds: median(all.map((one) => one.get(step) ?? 0)) }
  })
  const small = steps.filter(({ seconds }) => seconds < SMALL_S)
  const rest = small.reduce((sum, { seconds }) => sum + seconds, 0)
  return [
    ...steps.filter((one) => !small.includes(one)),
    { step: `${small.length} other steps`, seconds: rest },
  ].map(({ step, seconds }) => `  ${step.padEnd(48)}  ${seconds.toFixed(2).padStart(6)} s`)
}
