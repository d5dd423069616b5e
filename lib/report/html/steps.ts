import type { ListName } from '../../ports/events.ts'
import { endingText } from '../../view/event-text.ts'
import { duration } from '../../view/layout.ts'
import type { StepRecord } from '../../view/run-record.ts'
import { markup, type Markup } from '../markup.ts'
import type { RunReport } from '../run-report.ts'
import { standingOf } from '../standing.ts'
import { badge, toneOf } from './tone.ts'

const TITLES: Readonly<Record<ListName, string>> = {
  lab: 'The lab: the chapters before',
  chapter: 'Chapter 14, CoreDNS',
  faults: 'Faults',
  prove: 'The proof',
}

/** All steps, list by list; what has nothing to tell is folded. */
export function stepSections({ steps }: RunReport): readonly Markup[] {
  const lists = [...new Set(steps.map(({ list }) => list))]
  return lists.map((list) => {
    const own = steps.filter((step) => step.list === list)
    const table = markup`<ol class="steps">${own.map(stepRow)}</ol>`
    const good = own.filter((step) => standingOf(step) === 'good').length
    if (list !== 'lab' || good < own.length) return markup`<h3>${TITLES[list]}</h3>${table}`
    return markup`<details><summary><h3>${TITLES[list]}</h3> <span class="quiet">${own.length} steps, all as wanted</span></summary>${table}</details>`
  })
}

function stepRow(step: StepRecord): Markup {
  const { title, chapter, began, ended, ending } = step
  const told = ending === undefined ? undefined : endingText(ending, { verbose: false })
  const word = told?.word ?? (began === undefined ? 'not reached' : 'not finished')
  const time = began === undefined || ended === undefined ? '' : duration(ended - began)
  return markup`<li>${badge(toneOf(standingOf(step)), word)}<div><p class="title"><b>${title}</b> <span class="quiet">${word}</span><span class="took">${time}</span></p>
${told !== undefined && told.detail !== '' && markup`<p class="detail">${told.detail}</p>`}
<p class="chapter"><span class="quiet">${chapter.section}</span> <code>${chapter.command}</code></p></div></li>`
}
