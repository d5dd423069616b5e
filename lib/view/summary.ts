import type { Event, Ledger } from '../ports/events.ts'
import type { StepId } from '../ports/step.ts'
import { linesOf } from './failure-text.ts'
import { counted, duration, wrap } from './layout.ts'
import type { StepRecord } from './run-record.ts'
import { counts, type Tally, tallyOf } from './tally.ts'

type RunEnded = Extract<Event, { type: 'run-ended' }>

/**
 * How a run went, in a few lines: one sentence, what is in the way, and the engine's notes.
 * All is wrapped to `columns`, commands to paste so that a shell joins them again.
 */
export function summaryLines(
  event: RunEnded,
  steps: readonly StepRecord[],
  columns = Infinity,
): string[] {
  const [first = '', ...rest] = sentences(event, tallyOf(steps))
  const notes = event.notes.flatMap((text) => text.split('\n'))
  const noteLines = (text: string): string[] => linesOf(text, columns)
  const [note = '', ...others] = notes
  // The way back belongs beside what was done.
  const joined = `${first} ${note}`
  if (note.startsWith('Undo:') && joined.length <= columns)
    return [joined, ...rest.flatMap((line) => wrap(line, columns)), ...others.flatMap(noteLines)]
  return [...[first, ...rest].flatMap((line) => wrap(line, columns)), ...notes.flatMap(noteLines)]
}

function sentences(event: RunEnded, tally: Tally): string[] {
  const { mode, outcome } = event
  const after = duration(event.durationMs)
  const state = counts(tally)
  if (outcome === 'interrupted') return [`Interrupted after ${after}${state}.`]
  switch (mode) {
    case 'run':
      if (event.code === 4) return [`Not healthy, found in ${after}${state}.`]
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

/** What a dry run sent, what a run would do, and what would stop it. */
function dryRunSentences(event: RunEnded, tally: Tally): string[] {
  const written = `Dry run: ${writtenText(event.ledger)}`
  const blocked = tally.blocked.join(', ')
  if (event.outcome === 'failed' && blocked === '') {
    return [`Failed after ${duration(event.durationMs)}${counts(tally)}.`, written]
  }
  return [
    `${written} ${forecast(tally)}`,
    ...(blocked === '' ? [] : [`A run would fail at ${blocked} now; the reason is shown there.`]),
  ]
}

/** What was sent: `41 reads, 12 dry-run requests, 0 writes`. */
function sentText({ reads, dryRuns, writes, hostWrites }: Ledger): string {
  return [
    counted(reads, 'read'),
    ...(dryRuns > 0 ? [counted(dryRuns, 'dry-run request')] : []),
    counted(writes, 'write'),
    ...(hostWrites > 0 ? [`${String(hostWrites)} on the machine`] : []),
  ].join(', ')
}

/** A dry run that wrote must say so: the promise is counted, not believed. */
function writtenText(ledger: Ledger): string {
  const sent = sentText(ledger)
  const writes = ledger.writes + ledger.hostWrites
  if (writes === 0) return `nothing was written (${sent}).`
  return `${counted(writes, 'write')} went through (${sent}). This is a bug in hardway: please report it.`
}

/** What a run would do. */
function forecast({ steps, total }: Tally): string {
  if (total === 0) return 'There is nothing to undo.'
  if (steps.unchanged.length === total) {
    return `Nothing would change: ${counted(total, 'step')} as wanted.`
  }
  const same = steps.unchanged.length
  const parts = [
    { count: steps.waiting.length, words: 'would only wait' },
    { count: same, words: `${same === 1 ? 'has' : 'have'} nothing to do` },
    { count: steps.unknown.length, words: 'can only be known later' },
    { count: steps.skipped.length, words: 'left out' },
  ].flatMap(({ count, words }) => (count > 0 ? [`${count} ${words}`] : []))
  return `${[`${counted(steps.planned.length, 'step')} would change`, ...parts].join(', ')}.`
}
