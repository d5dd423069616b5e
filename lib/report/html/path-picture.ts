import { markup, type Markup } from '../markup.ts'
import type { Known } from '../known.ts'
import type { Hop, QuestionPath } from '../question-path.ts'
import { widthOf, clip } from '../../view/layout.ts'
import { signOf } from './tone.ts'

/** A box, and what is drawn in it; lengths in the units of the picture, one of which is a pixel at its own size. */
type Box = { readonly x: number; readonly y: number; readonly w: number; readonly hop: Hop }
type Point = readonly [x: number, y: number]
type Arrow = {
  readonly from: Point
  readonly to: Point
  readonly known: Known
  readonly lost?: boolean
}

const HIGH = 52
/** Letters in a box of so many units: 6.4 a letter of its small monospace, and a margin. */
const LETTER = 6.4
const MARGIN = 14

const WORDS: Readonly<Record<Known, string>> = { good: 'good', bad: 'bad', unknown: 'open' }

/** More servers than these would be no picture: first those to which something is wrong. */
const MOST = 5

/** The way of a question, lying for wide screens and standing for narrow ones. */
export function pathPicture(path: QuestionPath): Markup {
  const endpoints = path.endpoints.toSorted((a, b) => weight(b) - weight(a)).slice(0, MOST)
  const shown = { ...path, endpoints }
  const left = path.endpoints.length - endpoints.length
  return markup`${lying(shown)}${standing(shown)}${left > 0 && markup`<p class="quiet">and ${left} more servers, as good as these</p>`}`
}

function weight({ lost, broken, way }: QuestionPath['endpoints'][number]): number {
  return (
    Number(lost) * 4 + Number(broken) * 4 + Number(way === 'bad') * 2 + Number(way === 'unknown')
  )
}

function lying({
  client,
  resolvConf,
  service,
  kubeProxy,
  endpoints,
  answer,
  upstream,
  ...path
}: QuestionPath): Markup {
  const rows = Math.max(2, endpoints.length)
  const height = 40 + rows * (HIGH + 20)
  const middle = 30 + (rows * (HIGH + 20) - 20 - HIGH) / 2
  const [col1, col2, col3, col4] = [16, 226, 444, 730]
  const line = (i: number, of: number): number =>
    30 + ((rows - of) * (HIGH + 20)) / 2 + i * (HIGH + 20)
  const upper = middle - 38
  const lower = middle + 38
  const boxes: Box[] = [
    { x: col1, y: upper, w: 176, hop: client },
    { x: col1, y: lower, w: 176, hop: resolvConf },
    { x: col2, y: upper, w: 176, hop: service },
    { x: col2, y: lower, w: 176, hop: kubeProxy },
    ...endpoints.map((hop, i) => ({ x: col3, y: line(i, endpoints.length), w: 246, hop })),
    { x: col4, y: line(0, 2), w: 254, hop: answer },
    { x: col4, y: line(1, 2), w: 254, hop: upstream },
  ]
  const right = (x: number, w: number, y: number): Point => [x + w, y + HIGH / 2]
  const arrows: Arrow[] = [
    { from: [col1 + 88, upper + HIGH], to: [col1 + 88, lower], known: client.known },
    { from: right(col1, 176, lower), to: [col2, upper + HIGH / 2], known: resolvConf.known },
    { from: [col2 + 88, upper + HIGH], to: [col2 + 88, lower], known: service.known },
    ...endpoints.map(({ way, lost }, i) => ({
      ...{ from: right(col2, 176, lower), known: way, lost },
      to: [col3, line(i, endpoints.length) + HIGH / 2] as const,
    })),
    ...endpoints.flatMap(({ known }, i) =>
      [answer, upstream].map((hop, j) => ({
        from: right(col3, 246, line(i, endpoints.length)),
        to: [col4, line(j, 2) + HIGH / 2] as const,
        known: known === 'good' && hop.known === 'unknown' ? hop.known : known,
      })),
    ),
  ]
  const band = { x: 4, y: Math.min(upper, middle) - 26, w: 410, h: lower - upper + HIGH + 38 }
  return svg(
    'lying',
    { width: 1000, height: Math.max(height, band.y + band.h + 8) },
    { boxes, arrows, band, ...{ worker: path.worker, nodeBroken: path.nodeBroken } },
  )
}

function standing({
  client,
  resolvConf,
  service,
  kubeProxy,
  endpoints,
  answer,
  upstream,
  ...path
}: QuestionPath): Markup {
  const [w, x, step] = [300, 20, HIGH + 26]
  const top = 34
  const chain = [client, resolvConf, service, kubeProxy]
  const y = (i: number): number => top + i * step
  const first = y(4) + 22
  const line = (i: number): number => first + i * (HIGH + 14)
  const end = line(endpoints.length) + 12
  const boxes: Box[] = [
    ...chain.map((hop, i) => ({ x, y: y(i), w, hop })),
    ...endpoints.map((hop, i) => ({ x: x + 24, y: line(i), w: w - 24, hop })),
    { x, y: end, w, hop: answer },
    { x, y: end + HIGH + 14, w, hop: upstream },
  ]
  const foot = y(3) + HIGH
  const arrows: Arrow[] = [
    ...[client, resolvConf, service].map(({ known }, i) => ({
      ...{ from: [x + w / 2, y(i) + HIGH] as const, to: [x + w / 2, y(i + 1)] as const, known },
    })),
    ...endpoints.map(({ way, lost }, i) => ({
      ...{
        from: [x + 8, foot] as const,
        to: [x + 24, line(i) + HIGH / 2] as const,
        known: way,
        lost,
      },
    })),
    {
      from: [x + w / 2, line(endpoints.length - 1) + HIGH],
      to: [x + w / 2, end],
      known: endpoints.some(({ known }) => known === 'good') ? answer.known : 'unknown',
    },
  ]
  const band = { x: 6, y: 10, w: w + 28, h: foot - 10 + 12 }
  return svg(
    'standing',
    { width: 340, height: end + 2 * HIGH + 24 },
    { boxes, arrows, band, ...{ worker: path.worker, nodeBroken: path.nodeBroken } },
  )
}

type Drawn = {
  readonly boxes: readonly Box[]
  readonly arrows: readonly Arrow[]
  readonly band: Readonly<Record<'x' | 'y' | 'w' | 'h', number>>
  readonly worker: string
  readonly nodeBroken: boolean
}

function svg(
  name: string,
  { width, height }: { readonly width: number; readonly height: number },
  { boxes, arrows, band, worker, nodeBroken }: Drawn,
): Markup {
  const node = worker === '' ? 'the node of the pod' : `node ${worker}`
  const where = nodeBroken ? `${node} ✕` : node
  const tone = nodeBroken ? ' bad broken' : ''
  return markup`<svg class="path ${name}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${spoken(boxes, arrows)}">
<rect class="band${tone}" x="${band.x}" y="${band.y}" width="${band.w}" height="${band.h}" rx="10"/>
<text class="where${tone}" x="${band.x + 12}" y="${band.y + 16}">${where}</text>
${arrows.toSorted((a, b) => rank(a) - rank(b)).map(arrow)}${boxes.map(box)}${arrows.filter(({ lost }) => lost === true).map(cross)}</svg>`
}

/** Where two lie on each other, the one that matters is seen. */
function rank({ known, lost }: Arrow): number {
  return lost === true ? 2 : Number(known === 'bad')
}

/** The picture in words, for those who hear it. */
function spoken(boxes: readonly Box[], arrows: readonly Arrow[]): string {
  const hops = boxes.map(({ hop: { title, detail, known, broken } }) =>
    [title, detail, broken ? 'the cause lies here' : known].filter(Boolean).join(', '),
  )
  const lost = arrows.some((one) => one.lost === true)
  return `The way of a question: ${hops.join('; ')}${lost ? '; it is lost on the pod network' : ''}`
}

function box({ x, y, w, hop: { title, detail, known, broken } }: Box): Markup {
  const letters = Math.floor((w - 2 * MARGIN - 18) / LETTER)
  const tone = broken ? 'bad' : WORDS[known]
  return markup`<g class="hop ${tone}${broken ? ' broken' : ''}"><title>${title} ${detail}</title>
<rect x="${x}" y="${y}" width="${w}" height="${HIGH}" rx="8"/>
<text class="name" x="${x + MARGIN}" y="${y + 22}">${clip(title, letters)}</text>
<text class="detail" x="${x + MARGIN}" y="${y + 40}">${fitting(detail, Math.floor((w - 2 * MARGIN) / LETTER))}</text>
<text class="sign" x="${x + w - MARGIN}" y="${y + 22}">${signOf(broken ? 'bad' : known === 'unknown' ? 'open' : known)}</text></g>
`
}

/** The end of a name says less than its beginning, but what it leads to says most. */
function fitting(text: string, letters: number): string {
  if (widthOf(text) <= letters) return text
  const [name = '', value] = text.split(': ')
  if (value === undefined || value.length > letters - 6) return clip(text, letters)
  return `${clip(name, letters - value.length - 2)}: ${value}`
}

function arrow({ from: [x1, y1], to: [x2, y2], known, lost }: Arrow): Markup {
  const tone = lost === true ? 'bad' : WORDS[known]
  const isDown = x1 === x2
  const middle = (x1 + x2) / 2
  const curve = isDown
    ? `M${x1} ${y1} V${y2 - 7}`
    : y2 - y1 > 20 && x2 - x1 < 20
      ? `M${x1} ${y1} V${y2 - 8} Q${x1} ${y2} ${x1 + 8} ${y2} H${x2 - 7}`
      : `M${x1} ${y1} C${middle} ${y1} ${middle} ${y2} ${x2 - 7} ${y2}`
  const tip = isDown
    ? `M${x2 - 5} ${y2 - 8} L${x2} ${y2 - 1} L${x2 + 5} ${y2 - 8} Z`
    : `M${x2 - 8} ${y2 - 5} L${x2 - 1} ${y2} L${x2 - 8} ${y2 + 5} Z`
  return markup`<path class="arrow ${tone}" d="${curve}"/><path class="tip ${tone}" d="${tip}"/>
`
}

/** Where the cause lies on a way, and not at one of its ends. */
function cross({ from: [x1, y1], to: [x2, y2] }: Arrow): Markup {
  const [x, y] = x2 - x1 < 20 ? [x1, y2 - 20] : [(x1 + x2) / 2, (y1 + y2) / 2]
  return markup`<g class="lost"><circle cx="${x}" cy="${y}" r="11"/><path d="M${x - 4} ${y - 4} l8 8 m0 -8 l-8 8"/></g>
`
}
