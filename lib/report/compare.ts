import { milliseconds } from '../core/milliseconds.ts'
import { endingText } from '../view/event-text.ts'
import { oneLine } from '../view/layout.ts'
import type { StepRecord } from '../view/run-record.ts'
import { asWritten, type Say } from '../words/say.ts'
import { type Cell, matrixReport } from './matrix-report.ts'
import type { RunReport } from './run-report.ts'
import { STANDINGS, standingOf } from './standing.ts'

/** One thing in two reports; `was` or `now` is left out where the other has not got it. */
export type Difference = {
  readonly what: string
  readonly was?: string
  readonly now?: string
}

/** What is otherwise in a later report. */
export type Comparison = {
  readonly worse: readonly Difference[]
  readonly better: readonly Difference[]
  /** Only in the later one, and in the earlier one. */
  readonly new: readonly Difference[]
  readonly gone: readonly Difference[]
  /** Answers take more than twice as long, and noticeably. That alone is nothing worse: times depend on what else goes on. */
  readonly slower: readonly Difference[]
  readonly same: number
  /** Something got worse: a thing of both, or one that is new and not as it should be. */
  readonly isWorse: boolean
}

/** A thing that a report tells of. */
type Item = {
  readonly what: string
  /** The higher the worse. */
  readonly rank: number
  readonly words: string
  /** Microseconds. */
  readonly p99?: number
}

/** A difference that people notice, in microseconds. */
const NOTICEABLE = 5_000

/** What got better, worse, new and gone from one run to another, as `say` says it. */
export function compare(before: RunReport, after: RunReport, say: Say = asWritten): Comparison {
  const [old, now] = [itemsOf(before, say), itemsOf(after, say)]
  const both = [...now.values()].flatMap((item) => {
    const was = old.get(item.what)
    return was === undefined ? [] : [{ was, now: item }]
  })
  const told = (pairs: typeof both): readonly Difference[] =>
    pairs.map((pair) => ({ what: pair.now.what, was: pair.was.words, now: pair.now.words }))
  const worse = both.filter((pair) => pair.now.rank > pair.was.rank)
  const better = both.filter((pair) => pair.now.rank < pair.was.rank)
  const fresh = [...now.values()].filter(({ what }) => !old.has(what))
  const gone = [...old.values()].filter(({ what }) => !now.has(what))
  return {
    worse: told(worse),
    better: told(better),
    new: fresh.map(({ what, words }) => ({ what, now: words })),
    gone: gone.map(({ what, words }) => ({ what, was: words })),
    slower: both.flatMap(slowerIn),
    same: both.length - worse.length - better.length,
    isWorse: worse.length > 0 || fresh.some(({ rank }) => rank >= BAD),
  }
}

function slowerIn({ was, now }: { readonly was: Item; readonly now: Item }): readonly Difference[] {
  if (was.p99 === undefined || now.p99 === undefined) return []
  if (now.p99 <= 2 * was.p99 || now.p99 - was.p99 < NOTICEABLE) return []
  return [
    { what: now.what, was: `p99 ${milliseconds(was.p99)}`, now: `p99 ${milliseconds(now.p99)}` },
  ]
}

const BAD = STANDINGS.indexOf('bad')

function itemsOf(run: RunReport, say: Say): ReadonlyMap<string, Item> {
  const matrix = matrixReport(run.steps)
  const items = [
    ...run.steps.flatMap((step) => stepItem(step, say)),
    ...(matrix?.cells.map((cell) => cellItem(cell, say)) ?? []),
    ...(matrix?.names.map(({ worker, name, kind, ok, got }) => ({
      what: `${worker}: ${name} (${kind})`,
      rank: ok ? 0 : BAD,
      words: got,
    })) ?? []),
    ...endItem(run, say),
  ]
  return new Map(items.map((item) => [item.what, item]))
}

/** What was not asked for is not there. */
function stepItem(step: StepRecord, say: Say): readonly Item[] {
  const { title, name, ending } = step
  if (ending?.type === 'step-skipped') return []
  const rank = STANDINGS.indexOf(standingOf(step))
  const what = `${say(title)} (${name})`
  if (ending === undefined) return [{ what, rank, words: say('not reached') }]
  if (ending.type !== 'step-failed') {
    const words = rank === 0 ? say('as wanted') : endingText(ending, { verbose: false, say }).word
    return [{ what, rank, words }]
  }
  const { verdict, problem } = ending.explanation
  const failed = (why: string): string => `${say('failed')}: ${why}`
  if (verdict === undefined) return [{ what, rank, words: failed(say(oneLine(problem))) }]
  const words = `[${verdict.code}] ${say(verdict.cause)}`
  // One cause after another is something new, though the step fails as before.
  const cause = { what: say(`cause ${verdict.code} at ${verdict.subject}`), rank: BAD, words }
  return [{ what, rank, words: failed(words) }, cause]
}

/** Of two paths that lose answers the one that loses more is worse. */
function cellItem(
  { key, state, asked, answered, notProven, large, figures }: Cell,
  say: Say,
): Item {
  const loss = state === 'bad' && asked > 0 ? (asked - answered) / asked : 0
  const rank = state === 'good' ? 0 : state === 'bad' ? BAD + loss : STANDINGS.indexOf('open')
  const words =
    notProven === undefined ? say(`${answered} of ${asked} answered`) : say('not proven')
  const alsoLost = large === 'lost' ? say(', large packets get lost') : ''
  const p99 = figures?.p99 ?? 0
  return { what: say(key), rank, words: words + alsoLost, ...(p99 > 0 ? { p99 } : {}) }
}

/** A run that has no end, or could not begin, tells nothing of its steps that would be missed. */
function endItem({ ended, started }: RunReport, say: Say): readonly Item[] {
  const what = say('the run itself')
  if (ended === undefined) return [{ what, rank: BAD, words: say('has no end') }]
  if (started !== undefined && ended.error === undefined)
    return [{ what, rank: 0, words: say('ended') }]
  return [{ what, rank: BAD, words: say(oneLine(ended.error?.problem ?? 'could not begin')) }]
}
