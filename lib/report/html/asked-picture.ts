import type { AskedFrom, AskedSecond, Span } from '../../core/asked-data.ts'
import { milliseconds } from '../../core/milliseconds.ts'
import { counted } from '../../core/counted.ts'
import { markup, type Markup } from '../markup.ts'
import type { AskedPart } from '../run-report.ts'
import { badge } from './tone.ts'

const ROW = 44
const TOP = 18
const WIDTH = 760
const LEFT = 130
/** Of a second in which the slowest answer took half a millisecond, and of one in which it took two seconds. */
const LOWEST_US = 500
const HIGHEST_US = 2_000_000

/** A row a worker, a bar a second: the higher, the slower; what was lost is red, and says how many. */
export function askedPicture({ seconds, total }: AskedPart): Markup {
  const workers = [...new Set(seconds.map(({ worker }) => worker))].sort()
  const from = Math.min(...seconds.map(({ at }) => at))
  const to = Math.max(...seconds.map(({ at }) => at))
  const wide = Math.min(24, (WIDTH - LEFT) / (to - from + 1))
  const x = (at: number): number => LEFT + (at - from) * wide
  const height = TOP + workers.length * ROW + 6
  const rows = workers.map((worker, row) => {
    const floor = TOP + (row + 1) * ROW
    const own = seconds.filter((one) => one.worker === worker)
    return markup`<text x="0" y="${floor - 4}">${worker}</text><path class="floor" d="M${LEFT} ${floor}H${x(to + 1).toFixed(1)}"/>${own.map((second) => bar(second, { x: x(second.at), floor, wide }))}`
  })
  const lost = seconds.reduce((sum, second) => sum + second.lost + second.wrong, 0)
  const sent = seconds.reduce((sum, second) => sum + second.sent, 0)
  const words = `${counted(sent, 'question')}, ${lost} without a right answer`
  return markup`<p>${badge(lost === 0 ? 'good' : 'bad', lost === 0 ? 'good' : 'failed')} ${words}, from ${clock(from)} to ${clock(to)} UTC.</p>
<svg class="asked" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${words}">
<text class="quiet" x="${LEFT}" y="12">${clock(from)}</text>
${rows}
</svg>
<p class="legend"><span>A bar is a second, the higher the slower its slowest answer (0.5 ms to 2 s, each step ten times as long); red ones lost answers.</span></p>
${total !== undefined && markup`<ul class="asked">${total.workers.map(workerLine)}</ul>`}`
}

function bar(
  second: AskedSecond,
  { x, floor, wide }: { readonly x: number; readonly floor: number; readonly wide: number },
): Markup {
  const { at, worker, sent, lost, wrong, max } = second
  const share = Math.log(Math.max(max, LOWEST_US) / LOWEST_US) / Math.log(HIGHEST_US / LOWEST_US)
  const isBad = lost + wrong > 0
  const high = isBad ? ROW - 12 : 2 + Math.min(1, share) * (ROW - 14)
  const said = `${worker} ${clock(at)}: ${lost} of ${sent} lost, ${wrong} wrong, slowest ${milliseconds(max)}`
  const number =
    isBad &&
    wide >= 12 &&
    markup`<text class="lost" x="${(x + wide / 2).toFixed(1)}" y="${(floor - high - 2).toFixed(1)}">${lost + wrong}</text>`
  return markup`<g class="${isBad ? 'bad' : 'good'}"><title>${said}</title><rect x="${x.toFixed(1)}" y="${(floor - high).toFixed(1)}" width="${Math.max(1, wide - 1).toFixed(1)}" height="${high.toFixed(1)}"/></g>${number}`
}

function workerLine({ worker, sent, lost, wrong, open, slowest, bad, errors, trouble }: AskedFrom) {
  const parts = [
    `${sent} asked`,
    `${lost} lost`,
    ...(wrong > 0 ? [`${wrong} answered wrongly`] : []),
    ...(bad.length > 0 ? [`at ${bad.map(spanText).join(', ')}`] : []),
    ...(errors.length > 0 ? [errors.join(', ')] : []),
    ...(open > 0 ? [`${open} still open at the end`] : []),
    ...(slowest === null ? [] : [`slowest ${milliseconds(slowest.us)} at ${clock(slowest.at)}`]),
    ...(trouble === undefined ? [] : [trouble]),
  ]
  return markup`<li><b>${worker}</b> ${parts.join(', ')}</li>`
}

function spanText({ from, to }: Span): string {
  return from === to ? clock(from) : `${clock(from)} to ${clock(to)}`
}

function clock(at: number): string {
  return new Date(at * 1000).toISOString().slice(11, 19)
}
