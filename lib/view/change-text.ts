import type { Change, Changes, FieldChange } from '../core/change.ts'
import type { Json } from '../core/json.ts'
import { asWritten, type Say } from '../words/say.ts'
import { hanging, indent, oneLine, wrap } from './layout.ts'
import { type DiffLine, diffLines, linesOf, marked } from './line-diff.ts'
import { type Look, type Paint, painter, type Style } from './paint.ts'
import { valueText, valueTexts } from './value-text.ts'

const MARKS: Record<Change['action'], { mark: string; style: Style }> = {
  create: { mark: '+ ', style: 'green' },
  change: { mark: '~ ', style: 'yellow' },
  delete: { mark: '- ', style: 'red' },
  run: { mark: '> run ', style: 'cyan' },
  wait: { mark: '… wait for ', style: 'cyan' },
  leave: { mark: '= ', style: 'dim' },
}

/** Lines of a multi-line value shown before the rest is only counted. */
const MAX_BLOCK = 40

/**
 * What a step would do, a line a thing (`~ deployment.apps/coredns`) and below it a line a field
 * (`.spec.replicas: 3 → 2   (owned by kubectl)`).
 */
export function changeLines(changes: Changes, look: Look = {}): string[] {
  const on = { columns: Infinity, say: asWritten, ...look, paint: painter(look.color) }
  return changes.flatMap((change) => [
    ...headLines(change, on),
    ...(change.fields ?? []).flatMap((field) => fieldLines(field, on)),
  ])
}

/** What lines are laid out by. */
type On = { readonly columns: number; readonly say: Say; readonly paint: Paint }

function headLines(change: Change, { paint, columns, say }: On): string[] {
  const { mark, style } = MARKS[change.action]
  const note = change.note === undefined ? '' : `   (${say(oneLine(change.note))})`
  const text = say(mark + oneLine(change.what)) + note
  return hanging(text, columns, 4).map((line) => paint(style, line))
}

function fieldLines(field: FieldChange, on: On): string[] {
  const { columns } = on
  const block = blockLines(field, on)
  const owner = ownerText(field, on)
  const value = block === undefined ? ` ${valueChange(field)}` : ''
  const text = `${signOf(field)}${oneLine(field.path)}:${value}${owner}`
  return [...indent(hanging(text, columns - 2, 4), 2), ...(block ?? [])]
}

/** Who owns the field, and where that is in the way, what becomes of it. */
function ownerText({ owner, conflict }: FieldChange, { say }: On): string {
  if (owner === undefined) return ''
  const name = oneLine(owner)
  const fate = conflict === undefined ? '' : conflict === 'adopt' ? ': taken over' : ': in the way'
  return `   (${say(conflict === 'skip' ? `left to ${name}` : `owned by ${name}${fate}`)})`
}

/** Fields that come or go are marked like things that do; changed ones stand in line with them. */
function signOf({ from, to, conflict }: FieldChange): string {
  if (conflict === 'skip') return '= '
  if (from === undefined) return '+ '
  return to === undefined ? '- ' : '  '
}

function valueChange({ from, to }: FieldChange): string {
  if (from === undefined || to === undefined) return valueText(from ?? to ?? null)
  const texts = valueTexts(from, to)
  return `${texts.from} → ${texts.to}`
}

/** The comparison of texts of several lines, such as a Corefile; undefined where there is none. */
function blockLines({ from, to }: FieldChange, { paint, columns, say }: On): string[] | undefined {
  if (!isBlock(from) && !isBlock(to)) return undefined
  if (!isTextOrNone(from) || !isTextOrNone(to)) return undefined
  const lines = diffOf(from, to)
  const shown = lines.slice(0, MAX_BLOCK).flatMap(({ mark, text }) => {
    const line = (mark === 'gap' ? '…' : `${mark} ${text}`).replaceAll('\t', '    ').trimEnd()
    return indent(wrap(line, columns - 6), 6).map((part) => paint(DIFF_STYLES[mark], part))
  })
  const rest = lines.length - MAX_BLOCK
  return [...shown, ...(rest > 0 ? [`      … ${say(`${rest} more lines`)}`] : [])]
}

const DIFF_STYLES = { '+': 'green', '-': 'red', ' ': 'dim', gap: 'dim' } as const

function diffOf(from: string | undefined, to: string | undefined): DiffLine[] {
  if (from === undefined) return marked('+', linesOf(to ?? ''))
  return to === undefined ? marked('-', linesOf(from)) : diffLines(from, to)
}

function isBlock(value: Json | undefined): boolean {
  return typeof value === 'string' && value.trimEnd().includes('\n')
}

function isTextOrNone(value: Json | undefined): value is string | undefined {
  return value === undefined || typeof value === 'string'
}
