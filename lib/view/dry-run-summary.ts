import type { Event, Ledger } from '../ports/events.ts'
import { counted, duration } from './layout.ts'
import { counts, type Tally } from './tally.ts'

type RunEnded = Extract<Event, { type: 'run-ended' }>

/** What a dry run sent, what a run would do, and what would stop it. */
export function dryRunSentences(event: RunEnded, tally: Tally): string[] {
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
export function sentText({ reads, dryRuns, writes, hostWrites }: Ledger): string {
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
