import { defined } from '../core/defined.ts'
import type { Explanation } from '../core/errors.ts'
import type { Event, Mode } from '../ports/events.ts'
import { isCommand, foldCommand } from '../core/shell.ts'
import { asWritten, saidInParts } from '../words/say.ts'
import { indent, oneLine, padTo, widthOf, wrap } from './layout.ts'
import { type Look, painter, type Style } from './paint.ts'

/** A failure as the engine reports it. */
export type Failure = {
  readonly explanation: Explanation
  /** What was given back, a line each; left out where there was nothing that could be. */
  readonly undone?: readonly string[]
  /** The command that goes on from here. */
  readonly goOn?: string
}

/**
 * How a failure is shown; `withoutProblem` where its headline has the problem already, `ownWords` where what was seen is
 * told by this program, and no evidence.
 */
export type FailureLook = Look & { readonly withoutProblem?: boolean; readonly ownWords?: boolean }

/** Columns of the labels, the space after them included. */
const LABEL = 10

/** Columns before the labels. */
const MARGIN = 2

/** Text narrower than this is unreadable beside its label, and goes below it. */
const NARROWEST = 24

const NOTHING = 'nothing: this step had changed nothing'

/** Where a sentence comes to a command, which stands on a line of its own where not all fits on one. */
const BEFORE_COMMAND = /(?<=[:;]) (?=(?:npx tsx|kubectl) )/

const COMMENT = '# '

/** The block below a failed step's title, from its problem to how to go on; labels in one column. */
export function failureLines(failure: Failure, look: FailureLook = {}): string[] {
  const { explanation, undone, goOn } = failure
  const { problem, cause, remedy, further = [], ruledOut = [], more } = explanation
  const { say = asWritten } = look
  const line = rowsFor(look)
  const row: typeof line = (label, texts, style) => line(label, texts.map(say), style)
  return [
    ...(look.withoutProblem === true ? [] : row('problem', [problem], 'red')),
    ...line('seen', seenIn(explanation, look)),
    ...row('cause', some(cause)),
    // An interruption's remedy is just to go on.
    ...row('try', remedy === goOn ? [] : [remedy], 'green'),
    ...row(
      'also',
      further.map(({ code, cause: other }) => `[${code}] ${other}`),
    ),
    ...row('ruled out', ruledOut.length === 0 ? [] : [ruledOut.map(say).join('; ')]),
    ...row('more', some(more)),
    ...row('undone', undone?.length === 0 ? [NOTHING] : (undone ?? [])),
    ...row('go on', some(goOn)),
  ]
}

/** Evidence stays as it was seen, to the letter. */
function seenIn({ seen = [] }: Explanation, { ownWords, say = asWritten }: FailureLook) {
  return ownWords === true ? seen.map((one) => saidInParts(one, say)) : seen
}

/** The first lines of a failure, or where `stopped` of an interruption. */
export function headline(
  text: string,
  { color, columns = Infinity, say = asWritten }: Look,
  stopped = false,
): string[] {
  const [mark, style] = stopped ? (['■', 'yellow'] as const) : (['✖', 'red'] as const)
  const [first = '', ...rest] = wrap(say(oneLine(text)), columns - 2)
  return [`${mark} ${first}`, ...indent(rest, 2)].map((line) => painter(color)(style, line))
}

/** Makes rows of one label and its texts; the label stands before the first line only, in `labelWidth` columns. */
export function rowsFor(
  { color, columns = Infinity, say = asWritten }: Look,
  labelWidth = LABEL,
): (label: string, texts: readonly string[], style?: Style) => string[] {
  const paint = painter(color)
  const beside = columns - MARGIN - labelWidth >= NARROWEST
  const width = columns - MARGIN - (beside ? labelWidth : MARGIN)
  const margin = ' '.repeat(MARGIN)
  return (label, texts, style) => {
    const lines = texts.flatMap((text) => linesOf(text, width))
    const painted = lines.map((line) => (style === undefined ? line : paint(style, line)))
    if (!beside && painted.length > 0)
      return [paint('dim', margin + say(label)), ...indent(painted, 2 * MARGIN)]
    return painted.map((line, i) =>
      (paint('dim', margin + padTo(i === 0 ? say(label) : '', labelWidth)) + line).trimEnd(),
    )
  }
}

function some<T>(value: T | undefined): readonly T[] {
  return value === undefined ? [] : [value]
}

/** The lines of a text that is to be read and pasted: commands are broken as a shell joins them again. */
export function linesOf(text: string, width: number): string[] {
  const lines = text.trimEnd().replaceAll('\t', '  ').split('\n')
  return lines.flatMap((line) => {
    if (widthOf(line) <= width) return [line]
    // What a shell takes for a comment is one in each of its lines.
    if (line.startsWith(COMMENT)) {
      return wrap(line.slice(COMMENT.length), width - COMMENT.length).map((one) => COMMENT + one)
    }
    const parts = isCommand(line) ? [line] : line.split(BEFORE_COMMAND)
    return parts.flatMap((part) =>
      isCommand(part) ? foldCommand(part, width, widthOf) : wrap(part, width),
    )
  })
}

/** Where the failure belongs, and how it is shown. */
export type FailureBlockOptions = Look & {
  readonly mode: Mode
  /** The failed step's title; left out where it stands right above already. */
  readonly title?: string
}

/** The title of a step that failed or was interrupted, and the block below it. */
export function failureBlock(
  { explanation, undone, goOn, interrupted }: Extract<Event, { type: 'step-failed' }>,
  { mode, title, ...look }: FailureBlockOptions,
): string[] {
  // Only a run gives back what it has changed: elsewhere "nothing" would only raise questions.
  const told = mode === 'run' || undone.length > 0 ? undone : undefined
  const failure = defined({ explanation, undone: told, goOn })
  const head = title === undefined ? [] : headline(title, look, interrupted)
  return [...head, ...failureLines(failure, look)]
}

/** Why a run ended where no step was at fault. */
export function runFailureBlock(
  { error, outcome }: Extract<Event, { type: 'run-ended' }>,
  look: Look = {},
): string[] {
  if (error === undefined) return []
  return [
    ...headline(error.problem, look, outcome === 'interrupted'),
    ...failureLines({ explanation: error }, { ...look, withoutProblem: true }),
  ]
}
