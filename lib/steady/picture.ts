import type { Asked, AskedFrom, AskedSecond, Span } from '../core/asked-data.ts'
import { milliseconds } from '../core/milliseconds.ts'
import { isBad } from './tally.ts'

/** Seconds of a picture, at most so many columns; several share a column where there are more. */
const COLUMNS = 60
/** The higher, the slower: each step is a bit more than three times the one before, from half a millisecond on. */
const HEIGHTS = '▁▂▃▄▅▆▇█'
const LOWEST_US = 500
const LOST = '✖'
const NOTHING = ' '

/**
 * A line a worker: over time how slow the slowest answer was, ✖ where answers were lost or wrong, a blank where nothing
 * was asked; and what it amounts to.
 */
export function pictureOf(
  { workers }: Asked,
  seconds: readonly AskedSecond[],
  columns = COLUMNS,
): readonly string[] {
  const from = seconds.reduce((first, { at }) => Math.min(first, at), Infinity)
  const to = seconds.reduce((last, { at }) => Math.max(last, at), 0)
  const each = Math.max(1, Math.ceil((to - from + 1) / columns))
  const width = Math.max(0, ...workers.map(({ worker }) => worker.length))
  const lines = workers.map((one) => {
    const own = seconds.filter(({ worker }) => worker === one.worker)
    const marks =
      seconds.length === 0
        ? ''
        : Array.from({ length: Math.ceil((to - from + 1) / each) }, (_, i) =>
            markOf(own.filter(({ at }) => Math.floor((at - from) / each) === i)),
          ).join('')
    return `${one.worker.padEnd(width)}  ${marks}  ${inWords(one)}`
  })
  if (seconds.length === 0) return lines
  const scale = each === 1 ? 'a second each' : `${each} s each`
  return [`${''.padEnd(width)}  from ${clock(from)} UTC, ${scale}`, ...lines]
}

function markOf(seconds: readonly AskedSecond[]): string {
  if (seconds.length === 0) return NOTHING
  if (seconds.some(isBad)) return LOST
  const slowest = Math.max(...seconds.map(({ max }) => max))
  const height = Math.ceil(Math.log(Math.max(1, slowest / LOWEST_US)) / Math.log(Math.sqrt(10)))
  return HEIGHTS.charAt(Math.min(height, HEIGHTS.length - 1))
}

/** `4,200 asked, 3 lost at 12:00:08, slowest 812 ms at 12:00:09` */
function inWords({ sent, lost, wrong, open, slowest, bad, errors, trouble }: AskedFrom): string {
  const when = bad.length === 0 ? '' : ` at ${bad.map(spanText).join(', ')}`
  const said = errors.length === 0 ? '' : ` (${errors.join(', ')})`
  return [
    `${count(sent)} asked`,
    `${count(lost)} lost${lost > 0 ? `${when}${said}` : ''}`,
    ...(wrong > 0 ? [`${count(wrong)} answered wrongly${lost > 0 ? '' : when}`] : []),
    ...(open > 0 ? [`${count(open)} still open at the end`] : []),
    ...(slowest === null ? [] : [`slowest ${milliseconds(slowest.us)} at ${clock(slowest.at)}`]),
    ...(trouble === undefined ? [] : [trouble]),
  ].join(', ')
}

/** The same of all workers, in one sentence. */
export function totalOf({ workers, rate }: Asked): string {
  const sum = (of: 'sent' | 'lost' | 'wrong' | 'open'): number =>
    workers.reduce((total, one) => total + one[of], 0)
  const slowest = workers
    .flatMap(({ worker, slowest: one }) => (one === null ? [] : [{ worker, ...one }]))
    .toSorted((a, b) => b.us - a.us)[0]
  const sent = sum('sent')
  const lost = sum('lost')
  const share = sent === 0 || lost === 0 ? '' : ` (${((100 * lost) / sent).toPrecision(2)} %)`
  return [
    `${count(sent)} questions, ${count(rate)} a second from ${workers.length === 1 ? (workers[0]?.worker ?? '') : `each of ${workers.length} workers`}`,
    `${count(lost)} lost${share}`,
    ...(sum('wrong') > 0 ? [`${count(sum('wrong'))} answered wrongly`] : []),
    ...(sum('open') > 0 ? [`${count(sum('open'))} still open at the end`] : []),
    ...(slowest === undefined
      ? []
      : [`slowest ${milliseconds(slowest.us)} from ${slowest.worker} at ${clock(slowest.at)} UTC`]),
  ].join(', ')
}

function spanText({ from, to }: Span): string {
  return from === to ? clock(from) : `${clock(from)} to ${clock(to)}`
}

/** `12:00:09` */
function clock(at: number): string {
  return new Date(at * 1000).toISOString().slice(11, 19)
}

function count(number: number): string {
  return number.toLocaleString('en-US')
}

/** `12:00:08 edw0: 3 of 100 lost (connection refused), slowest 812 ms` */
export function secondText({ worker, at, sent, lost, wrong, max, errors }: AskedSecond): string {
  const said = errors.length === 0 ? '' : ` (${errors.join(', ')})`
  return [
    `${clock(at)} ${worker}: ${lost} of ${sent} lost${said}`,
    ...(wrong > 0 ? [`${wrong} answered wrongly`] : []),
    ...(max > 0 ? [`slowest ${milliseconds(max)}`] : []),
  ].join(', ')
}
