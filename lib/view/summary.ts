import type { Event } from '../ports/events.ts'
import type { StepId } from '../ports/step.ts'
import { dryRunSentences, sentText } from './dry-run-summary.ts'
import { counted, duration, wrap } from './layout.ts'
import type { StepRecord } from './run-record.ts'
import { counts, type Tally, tallyOf } from './tally.ts'

type RunEnded = Extract<Event, { type: 'run-ended' }>

/**
 * How a run went, in a few lines: one sentence, what is in the way, and the engine's notes.
 * Sentences are wrapped to `columns`; notes are left whole, they hold commands to paste.
 */
export function summaryLines(
  event: RunEnded,
  steps: readonly StepRecord[],
  columns = Infinity,
): string[] {
  const [first = '', ...rest] = sentences(event, tallyOf(steps))
  const notes = event.notes.flatMap((text) => text.split('\n'))
  const [note = '', ...others] = notes
  // The way back belongs beside what was done.
  const joined = `${first} ${note}`
  if (note.startsWith('Undo:') && joined.length <= columns) return [joined, ...rest, ...others]
  return [...[first, ...rest].flatMap((line) => wrap(line, columns)), ...notes]
}

function sentences(event: RunEnded, tally: Tally): string[] {
  const { mode, outcome } = event
  const after = duration(event.durationMs)
  const state = counts(tally)
  if (outcome === 'interrupted') return [`Interrupted after ${after}${state}.`]
  switch (mode) {
    case 'run':
      if (outcome === 'failed') return [`Failed after ${after}${state}.`]
      if (tally.steps.unchanged.length < tally.total) return [`Proven in ${after}${state}.`]
      return [`Proven in ${after}: nothing to change, ${counted(tally.total, 'step')} as wanted.`]
    case 'dry-run':
      return dryRunSentences(event, tally)
    case 'verify':
      return [verifySentence(event, tally)]
    case 'rollback':
      if (outcome === 'failed') return [`Rollback failed after ${after}${state}.`]
      if (tally.total > 0) return [`Rolled back in ${after}${state}.`]
      return [`Rolled back in ${after}: there was nothing to undo.`]
  }
}

/** The exit code says what weighs most; the count says the rest. */
function verifySentence({ code, durationMs, ledger }: RunEnded, tally: Tally): string {
  const after = duration(durationMs)
  const state = `${counts(tally)} (${sentText(ledger)})`
  if (code === 0) return `Verified in ${after}${state}.`
  if (code === 4) return `Not healthy, found in ${after}${state}.${lookAt(tally.steps.failed)}`
  if (code === 3) return `Drifted, found in ${after}${state}.${lookAt(tally.steps.drifted)}`
  return `Could not be verified, tried for ${after}${state}.`
}

function lookAt(steps: readonly StepId[]): string {
  return steps.length === 0 ? '' : ` Look at ${steps.join(', ')}.`
}
