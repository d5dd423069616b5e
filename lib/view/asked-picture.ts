import {
  type Asked,
  type AskedFrom,
  type AskedSecond,
  isBad,
  type Span,
} from '../core/asked-data.ts'
import { milliseconds } from '../core/milliseconds.ts'
import { asWritten, type Say } from '../words/say.ts'

/** How it is drawn and told. */
export type PictureLook = {
  /** Seconds of a picture, at most so many columns; several share a column where there are more. */
  readonly columns?: number
  /** Figures stand below their picture: beside it there is no room. */
  readonly narrow?: boolean
  readonly say?: Say
}

const COLUMNS = 60
/** The higher, the slower: each step is a bit more than three times the one before, from half a millisecond on. */
const HEIGHTS = '▁▂▃▄▅▆▇█'
const LOWEST_US = 500
const LOST = '✖'
const NOTHING = ' '

/** All that is shown of it at its end: the picture, and below it the sum. */
export function askedLines(
  asked: Asked,
  seconds: readonly AskedSecond[],
  look: PictureLook = {},
): readonly string[] {
  return [...pictureOf(asked, seconds, look), totalOf(asked, look.say)]
}

/**
 * A line a worker: over time how slow the slowest answer was, ✖ where answers were lost or wrong, a blank where nothing
 * was asked; and what it amounts to.
 */
export function pictureOf(
  { workers }: Asked,
  seconds: readonly AskedSecond[],
  { columns = COLUMNS, narrow = false, say = asWritten }: PictureLook = {},
): readonly string[] {
  const from = seconds.reduce((first, { at }) => Math.min(first, at), Infinity)
  const to = seconds.reduce((last, { at }) => Math.max(last, at), 0)
  const each = Math.max(1, Math.ceil((to - from + 1) / columns))
  const width = Math.max(0, ...workers.map(({ worker }) => worker.length))
  const lines = workers.flatMap((one) => {
    const own = seconds.filter(({ worker }) => worker === one.worker)
    const marks =
      seconds.length === 0
        ? ''
        : Array.from({ length: Math.ceil((to - from + 1) / each) }, (_, i) =>
            markOf(own.filter(({ at }) => Math.floor((at - from) / each) === i)),
          ).join('')
    const [name, figures] = [one.worker.padEnd(width), inWords(one, say)]
    return narrow
      ? [`${name}  ${marks}`, `${''.padEnd(width)}  ${figures}`]
      : [`${name}  ${marks}  ${figures}`]
  })
  if (seconds.length === 0) return lines
  const scale =
    each === 1
      ? say(`from ${clock(from)} UTC, a second each`)
      : say(`from ${clock(from)} UTC, ${each} s each`)
  return [`${''.padEnd(width)}  ${scale}`, ...lines]
}

function markOf(seconds: readonly AskedSecond[]): string {
  if (seconds.length === 0) return NOTHING
  if (seconds.some(isBad)) return LOST
  const slowest = Math.max(...seconds.map(({ max }) => max))
  const height = Math.ceil(Math.log(Math.max(1, slowest / LOWEST_US)) / Math.log(Math.sqrt(10)))
  return HEIGHTS.charAt(Math.min(height, HEIGHTS.length - 1))
}

/** `4,200 asked, 3 lost at 12:00:08, slowest 812 ms at 12:00:09` */
function inWords(one: AskedFrom, say: Say): string {
  const { sent, lost, wrong, open, slowest, bad, errors, trouble } = one
  const when = bad.map(spanText).join(', ')
  return [
    say(`${count(sent)} asked`),
    lost > 0 ? withErrors(`${count(lost)} lost at ${when}`, errors, say) : say('0 lost'),
    ...(wrong === 0
      ? []
      : [
          lost > 0
            ? say(`${count(wrong)} answered wrongly`)
            : say(`${count(wrong)} answered wrongly at ${when}`),
        ]),
    ...openAtEnd(open, say),
    ...(slowest === null
      ? []
      : [say(`slowest ${milliseconds(slowest.us)} at ${clock(slowest.at)}`)]),
    ...(trouble === undefined ? [] : [say(trouble)]),
  ].join(say(', '))
}

/** The same of all workers, in one sentence. */
export function totalOf({ workers, rate }: Asked, say: Say = asWritten): string {
  const sum = (of: 'sent' | 'lost' | 'wrong' | 'open'): number =>
    workers.reduce((total, one) => total + one[of], 0)
  const slowest = workers
    .flatMap(({ worker, slowest: one }) => (one === null ? [] : [{ worker, ...one }]))
    .toSorted((a, b) => b.us - a.us)[0]
  const [sent, lost, wrong] = [sum('sent'), sum('lost'), sum('wrong')]
  const [only, ...others] = workers
  const asked = `${count(sent)} questions, ${count(rate)} a second`
  return [
    others.length === 0
      ? say(`${asked} from ${only?.worker ?? ''}`)
      : say(`${asked} from each of ${workers.length} workers`),
    lost === 0
      ? say('0 lost')
      : say(`${count(lost)} lost (${((100 * lost) / sent).toPrecision(2)} %)`),
    ...(wrong > 0 ? [say(`${count(wrong)} answered wrongly`)] : []),
    ...openAtEnd(sum('open'), say),
    ...(slowest === undefined
      ? []
      : [
          say(
            `slowest ${milliseconds(slowest.us)} from ${slowest.worker} at ${clock(slowest.at)} UTC`,
          ),
        ]),
  ].join(say(', '))
}

function openAtEnd(open: number, say: Say): readonly string[] {
  return open > 0 ? [say(`${count(open)} still open at the end`)] : []
}

/** What a loss was said to be stays as it was said. */
function withErrors(text: string, errors: readonly string[], say: Say): string {
  return say(errors.length === 0 ? text : `${text} (${errors.join(', ')})`)
}

function spanText({ from, to }: Span): string {
  return from === to ? clock(from) : `${clock(from)}-${clock(to)}`
}

/** `12:00:09` */
function clock(at: number): string {
  return new Date(at * 1000).toISOString().slice(11, 19)
}

function count(number: number): string {
  return number.toLocaleString('en-US')
}

/** `12:00:08 edw0: 3 of 100 lost (connection refused), slowest 812 ms` */
export function secondText(
  { worker, at, sent, lost, wrong, max, errors }: AskedSecond,
  say: Say = asWritten,
): string {
  return [
    withErrors(`${clock(at)} ${worker}: ${lost} of ${sent} lost`, errors, say),
    ...(wrong > 0 ? [say(`${wrong} answered wrongly`)] : []),
    ...(max > 0 ? [say(`slowest ${milliseconds(max)}`)] : []),
  ].join(say(', '))
}
