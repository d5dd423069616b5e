import type { Change, FieldChange } from '../../core/change.ts'
import type { Json } from '../../core/json.ts'
import { diffLines, type DiffLine, linesOf, marked } from '../../view/line-diff.ts'
import type { StepRecord } from '../../view/run-record.ts'
import { valueText } from '../../view/value-text.ts'
import { markup, type Markup } from '../markup.ts'
import type { RunReport } from '../run-report.ts'

const SIGNS: Readonly<Record<Change['action'], string>> = {
  create: '+',
  change: '~',
  delete: '−',
  run: '▸',
  wait: '…',
  leave: '=',
}

/** What was changed, or would be: a diff with the owner of each field. Nothing where there is none. */
export function planSections({ steps }: RunReport): readonly Markup[] {
  return steps.flatMap((step) => {
    const changes = changesOf(step)
    if (changes.length === 0) return []
    return [markup`<section class="plan"><h3>${step.title}</h3>${changes}</section>`]
  })
}

function changesOf({ ending }: StepRecord): readonly Markup[] {
  switch (ending?.type) {
    case 'step-planned':
      return ending.undo === undefined ? ending.changes.map(change) : given(ending.undo)
    case 'step-done':
    case 'step-drifted':
      return ending.changes.map(change)
    case 'step-undone':
      return given(ending.undone)
    default:
      return []
  }
}

function given(lines: readonly string[]): readonly Markup[] {
  if (lines.length === 0) return []
  return [markup`<ul class="undone">${lines.map((line) => markup`<li>${line}</li>`)}</ul>`]
}

function change({ action, what, note, fields = [] }: Change): Markup {
  return markup`<div class="edit ${action}">
<p class="thing"><span class="sign" aria-hidden="true">${SIGNS[action]}</span> <span class="action">${action}</span> <code>${what}</code></p>
${note !== undefined && markup`<p class="note">${note}</p>`}
${fields.length > 0 && markup`<ul class="fields">${fields.map(field)}</ul>`}
</div>`
}

function field(of: FieldChange): Markup {
  const { path, owner } = of
  const told = owner === undefined ? undefined : ownerText(of)
  return markup`<li><code class="path">${path}</code>${valueOf(of)}${told !== undefined && markup`<span class="owner ${of.conflict ?? ''}">${told}</span>`}</li>`
}

function ownerText({ owner = '', conflict }: FieldChange): string {
  if (conflict === 'skip') return `left to ${owner}`
  const fate = { abort: ': in the way', adopt: ': taken over' }
  return `owned by ${owner}${conflict === undefined ? '' : fate[conflict]}`
}

function valueOf({ from, to }: FieldChange): Markup {
  if (isBlock(from) || isBlock(to)) return block(textOf(from), textOf(to))
  return markup`<span class="values">${from !== undefined && markup`<del>${valueText(from)}</del>`}${from !== undefined && to !== undefined && markup`<span class="to" aria-label="becomes"> → </span>`}${to !== undefined && markup`<ins>${valueText(to)}</ins>`}</span>`
}

function block(from: string | undefined, to: string | undefined): Markup {
  const lines =
    from === undefined
      ? marked('+', linesOf(to ?? ''))
      : to === undefined
        ? marked('-', linesOf(from))
        : diffLines(from, to)
  return markup`<pre class="diff">${lines.map(diffLine)}</pre>`
}

const NAMES = { '+': 'added', '-': 'removed', ' ': 'kept', gap: 'gap' } as const

function diffLine({ mark, text }: DiffLine): Markup {
  return markup`<span class="${NAMES[mark]}">${mark === 'gap' ? '⋯' : `${mark} ${text}`}\n</span>`
}

function isBlock(value: Json | undefined): boolean {
  return typeof value === 'string' && value.trimEnd().includes('\n')
}

function textOf(value: Json | undefined): string | undefined {
  if (value === undefined || typeof value === 'string') return value
  return JSON.stringify(value)
}
