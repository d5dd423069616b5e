import { milliseconds } from '../../core/milliseconds.ts'
import { markup, type Markup } from '../markup.ts'
import type { Cell, MatrixReport, Server } from '../matrix-report.ts'
import { badge, cellTone, signOf, type Tone } from './tone.ts'

/** Workers x servers: how many questions were answered, and where it was measured how long the slow ones took. */
export function matrixPicture({ cells, servers, workers, names }: MatrixReport): Markup {
  const of = (worker: string, { address }: Server): readonly Cell[] =>
    cells.filter((cell) => cell.worker === worker && cell.target.address === address)
  const isTimed = cells.some(({ figures }) => figures !== undefined)
  const wrong = names.filter(({ ok }) => !ok)
  return markup`<table class="matrix">
<thead><tr><th scope="col"><span class="quiet">asked from</span></th>${servers.map(head)}</tr></thead>
<tbody>${workers.map(
    (worker) =>
      markup`<tr><th scope="row">${worker || 'past the pod network'}</th>${servers.map((server) => pair(of(worker, server), server))}</tr>`,
  )}</tbody>
</table>
<p class="legend">${legend('good', 'all answered')}${legend('bad', 'answers lost or wrong')}${legend('open', 'not proven')}
<span>${isTimed ? 'p99: 99 of 100 answers took at most that long.' : 'No times were measured in this run.'}</span></p>
<p>${badge(wrong.length === 0 ? 'good' : 'bad', wrong.length === 0 ? 'good' : 'failed')} ${names.length - wrong.length} of ${names.length} names as expected.</p>
${wrong.length > 0 && markup`<ul class="names">${wrong.map(({ worker, name, got, expected }) => markup`<li><b>${worker}</b>: <code>${name}</code> gives <code>${got}</code>, expected <code>${expected}</code></li>`)}</ul>`}`
}

function legend(tone: Tone, meaning: string): Markup {
  return markup`<span><i class="cell ${tone}" aria-hidden="true">${signOf(tone)}</i> ${meaning}</span> `
}

function head({ kind, name, address, label }: Server): Markup {
  return markup`<th scope="col">${kind === 'service' ? `Service ${name}` : label}<br><code>${address}</code></th>`
}

function pair(cells: readonly Cell[], { label }: Server): Markup {
  if (cells.length === 0)
    return markup`<td class="none" data-server="${label}"><span class="quiet">–</span></td>`
  return markup`<td data-server="${label}">${cells.map(half)}</td>`
}

function half(cell: Cell): Markup {
  const { protocol, state, asked, answered, wrong, notProven, figures } = cell
  const tone = cellTone(state)
  const share = asked === 0 ? '?' : `${Math.floor((100 * answered) / asked)} %`
  const why =
    notProven ??
    (wrong.length > 0
      ? `wrong: ${wrong.join(', ')}`
      : `${answered} of ${asked} answered${cell.large === 'lost' ? ', large packets get lost' : ''}`)
  const time =
    figures === undefined || figures.p99 === 0 ? undefined : `p99 ${milliseconds(figures.p99)}`
  return markup`<div class="cell ${tone}" title="${why}"><b>${protocol.toUpperCase()}</b> <span class="share">${signOf(tone)} ${notProven === undefined ? share : 'not proven'}</span>${time !== undefined && markup` <span class="time">${time}</span>`}${state === 'bad' && markup` <span class="why">${why}</span>`}</div>`
}
