import type { Cause, Explanation } from '../../core/errors.ts'
import { isCommand } from '../../core/shell.ts'
import type { StepRecord } from '../../view/run-record.ts'
import { markup, type Markup } from '../markup.ts'
import type { RunReport } from '../run-report.ts'

/** What has failed, why, and what cures it: a panel each. Nothing where all went well. */
export function causeSections({ steps, ended }: RunReport): readonly Markup[] {
  const failures = steps.flatMap((step): readonly Markup[] => {
    const { ending } = step
    if (ending?.type === 'step-planned' && ending.blocked !== undefined) {
      const explanation = ending.explanation ?? { problem: ending.blocked, remedy: '' }
      return [panel(explanation, { step })]
    }
    if (ending?.type !== 'step-failed') return []
    return [panel(ending.explanation, { step, undone: ending.undone, goOn: ending.goOn })]
  })
  return ended?.error === undefined ? failures : [...failures, panel(ended.error, {})]
}

type Around = {
  readonly step?: StepRecord
  readonly undone?: readonly string[]
  readonly goOn?: string | undefined
}

function panel(explanation: Explanation, { step, undone = [], goOn }: Around): Markup {
  const { problem, verdict, cause, remedy, further = [], ruledOut = [], more } = explanation
  const rows: readonly (readonly [string, readonly Markup[]])[] = [
    ['Problem', [markup`<p>${problem}</p>`]],
    ['Evidence', lines(evidenceIn(explanation))],
    ['Certainty', some(verdict, (one) => markup`<p>${certainty(one)}</p>`)],
    ['Cure', remedy === '' ? [] : [command(verdict?.cure ?? remedy)]],
    ['May be as well', further.map(also)],
    ['Given back', lines(undone)],
    ['Go on with', goOn === remedy ? [] : some(goOn, command)],
    ['Says more', some(more, command)],
  ]
  return markup`<article class="panel bad">
<header>${some(step, ({ title }) => markup`<p class="eyebrow">${title}</p>`)}
<h3>${some(verdict, ({ code }) => markup`<span class="code">${code}</span> `)}${verdict?.cause ?? cause ?? problem}</h3></header>
<dl class="facts">${rows.map(([label, inside]) => inside.length > 0 && markup`<div><dt>${label}</dt><dd>${inside}</dd></div>`)}</dl>
${ruledOut.length > 0 && markup`<details><summary>Ruled out by what was looked at (${ruledOut.length})</summary><ul>${ruledOut.map((one) => markup`<li>${one}</li>`)}</ul></details>`}
</article>`
}

/** The line that a verdict rests on comes first. */
function evidenceIn({ verdict, seen = [] }: Explanation): readonly string[] {
  return verdict === undefined ? seen : [...new Set([verdict.evidence, ...seen])]
}

function some<T>(value: T | undefined, of: (value: T) => Markup): readonly Markup[] {
  return value === undefined ? [] : [of(value)]
}

function lines(texts: readonly string[]): readonly Markup[] {
  return texts.length === 0 ? [] : [markup`<pre class="seen">${texts.join('\n')}</pre>`]
}

function certainty({ certainty: how, subject }: Cause): string {
  return how === 'seen'
    ? `seen itself, at ${subject}`
    : `inferred at ${subject}: only what it does was seen, and nothing else known does the same`
}

function also({ code, cause, cure }: Cause): Markup {
  return markup`<p><span class="code">${code}</span> ${cause}</p>${command(cure)}`
}

/** A command stands where it can be taken whole; prose is prose. */
export function command(text: string): Markup {
  if (text.split('\n').some(isCommand)) return markup`<pre class="command">${text}</pre>`
  return markup`<p>${text}</p>`
}
