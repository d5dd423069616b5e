import type { Event, Ledger } from '../ports/events.ts'
import type { StepId } from '../ports/step.ts'
import { asWritten, type Say } from '../words/say.ts'
import { linesOf } from './failure-text.ts'
import { counted } from '../core/counted.ts'
import { duration, widthOf, wrap } from './layout.ts'
import type { Look } from './paint.ts'
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
  { columns = Infinity, say = asWritten }: Look = {},
): string[] {
  const [first = '', ...rest] = sentences(event, tallyOf(steps), say).map(say)
  const notes = event.notes.flatMap((text) => say(text).split('\n'))
  const noteLines = (text: string): string[] => linesOf(text, columns)
  const [note = '', ...others] = notes
  // The way back belongs beside what was done.
  const joined = `${first} ${note}`
  if (event.notes[0]?.startsWith('Undo:') === true && widthOf(joined) <= columns)
    return [joined, ...rest.flatMap((line) => wrap(line, columns)), ...others.flatMap(noteLines)]
  return [...[first, ...rest].flatMap((line) => wrap(line, columns)), ...notes.flatMap(noteLines)]
}

function sentences(event: RunEnded, tally: Tally, say: Say): string[] {
  const { mode, outcome } = event
  const after = say(duration(event.durationMs))
  const state = counts(tally, say)
  if (outcome === 'interrupted') return [`Interrupted after ${after}${state}.`]
  switch (mode) {
    case 'run':
      if (event.code === 4) return [`Not healthy, found in ${after}${state}.`]
      if (outcome === 'failed') return [`Failed after ${after}${state}.`]
      if (tally.steps.unchanged.length < tally.total) return [`Proven in ${after}${state}.`]
      return [`Proven in ${after}: nothing to change, ${counted(tally.total, 'step')} as wanted.`]
    case 'dry-run':
      return dryRunSentences(event, tally, say)
    case 'verify':
      return [verifySentence(event, tally, say)]
    case 'rollback':
      if (outcome === 'failed') return [`Rollback failed after ${after}${state}.`]
      if (tally.total > 0) return [`Rolled back in ${after}${state}.`]
      return [`Rolled back in ${after}: there was nothing to undo.`]
  }
}

/** The exit code says what weighs most; the count says the rest. */
function verifySentence({ code, durationMs, ledger }: RunEnded, tally: Tally, say: Say): string {
  const after = say(duration(durationMs))
  const state = `${counts(tally, say)} (${sentText(ledger, say)})`
  if (code === 0) return `Verified in ${after}${state}.`
  if (code === 4)
    return say(`Not healthy, found in ${after}${state}.`) + lookAt(tally.steps.failed, say)
  if (code === 3)
    return say(`Drifted, found in ${after}${state}.`) + lookAt(tally.steps.drifted, say)
  return `Could not be verified, tried for ${after}${state}.`
}

function lookAt(steps: readonly StepId[], say: Say): string {
  return steps.length === 0 ? '' : say(' ') + say(`Look at ${steps.join(', ')}.`)
}

/** What a dry run sent, what a run would do, and what would stop it. */
function dryRunSentences(event: RunEnded, tally: Tally, say: Say): string[] {
  const written = say(`Dry run: ${writtenText(event.ledger, say)}`)
  const blocked = tally.blocked.join(', ')
  if (event.outcome === 'failed' && blocked === '') {
    return [`Failed after ${say(duration(event.durationMs))}${counts(tally, say)}.`, written]
  }
  return [
    written + say(' ') + say(forecast(tally, say)),
    ...(blocked === '' ? [] : [`A run would fail at ${blocked} now; the reason is shown there.`]),
  ]
}

/** What was sent: `41 reads, 12 dry-run requests, 0 writes`. */
function sentText({ reads, dryRuns, writes, hostWrites }: Ledger, say: Say): string {
  const parts = [
    counted(reads, 'read'),
    ...(dryRuns > 0 ? [counted(dryRuns, 'dry-run request')] : []),
    counted(writes, 'write'),
    ...(hostWrites > 0 ? [`${String(hostWrites)} on the machine`] : []),
  ]
  return parts.map(say).join(say(', '))
}

/** A dry run that wrote must say so: the promise is counted, not believed. */
function writtenText(ledger: Ledger, say: Say): string {
  const sent = sentText(ledger, say)
  const writes = ledger.writes + ledger.hostWrites
  if (writes === 0) return `nothing was written (${sent}).`
  return `${say(counted(writes, 'write'))} went through (${sent}). This is a bug in hardway: please report it.`
}

/** What a run would do. */
function forecast({ steps, total }: Tally, say: Say): string {
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
  const all = [`${counted(steps.planned.length, 'step')} would change`, ...parts]
  return all.map(say).join(say(', ')) + say('.')
}
