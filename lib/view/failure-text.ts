import type { Explanation } from '../core/errors.ts'
import { padTo, wrap } from './layout.ts'
import { painter } from './paint.ts'
import type { Style } from './paint.ts'

/** A failure as the engine reports it. */
export interface Failure {
  readonly explanation: Explanation
  /** What was given back, a line each; left out where there was nothing that could be. */
  readonly undone?: readonly string[]
  /** The command that goes on from here. */
  readonly goOn?: string
}

/** How a failure is to be shown. Without `columns` nothing is wrapped. */
export interface FailureTextOptions {
  readonly color?: boolean
  readonly columns?: number
  /** The problem stands in the headline already. */
  readonly withoutProblem?: boolean
}

/** Columns of the labels, the space after them included. */
const LABEL = 10

/** Columns before the labels. */
const MARGIN = 2

/** Text narrower than this is unreadable; a smaller terminal wraps it itself. */
const NARROWEST = 20

/** First words of lines that are commands to paste: never broken, a terminal wraps them paste-safe. */
const COMMAND =
  /^\s*(?:\$ |(?:npx|npm|node|go|git|sudo|kubectl|ip|iptables|sysctl|modprobe|mount|umount|systemctl|journalctl|curl|openssl|etcdctl|crictl|ctr|apt-get|apt|dnf|nsenter|export|cat|tail|rm|mv|cp|ls|mkdir|chmod|chown|kill|ss|df|ps)\s+\S)/

/**
 * The block below a failed step's title: problem, seen, cause, try, also, ruled out, more, undone, go on; labels
 * in one column.
 */
export function failureLines(failure: Failure, options: FailureTextOptions = {}): string[] {
  const { problem, seen = [], cause, remedy, ...more } = failure.explanation
  const { further = [], ruledOut = [], verdict } = more
  const row = rowsFor(options)
  return [
    ...(options.withoutProblem === true ? [] : row('problem', [problem], 'red')),
    ...row('seen', seen),
    ...row('cause', cause === undefined ? [] : [cause]),
    // An interruption's remedy is just to go on.
    ...row('try', remedy === failure.goOn ? [] : [remedy], 'green'),
    ...row(
      'also',
      further.map(({ code, cause: other }) => `[${code}] ${other}`),
    ),
    ...row('ruled out', ruledOut.length === 0 ? [] : [ruledOut.join('; ')]),
    ...row('more', verdict === undefined ? [] : [`npx tsx run.ts explain ${verdict.code}`]),
    ...row('undone', undoneOf(failure)),
    ...row('go on', failure.goOn === undefined ? [] : [failure.goOn]),
  ]
}

/** Makes rows of one label and its texts; the label stands before the first line only, in `labelWidth` columns. */
export function rowsFor(
  options: FailureTextOptions,
  labelWidth = LABEL,
): (label: string, texts: readonly string[], style?: Style) => string[] {
  const paint = painter(options.color ?? false)
  const width = Math.max(NARROWEST, (options.columns ?? Infinity) - MARGIN - labelWidth)
  return (label, texts, style) =>
    texts
      .flatMap((text) => linesOf(text, width))
      .map((line, i) => {
        const head = ' '.repeat(MARGIN) + padTo(i === 0 ? label : '', labelWidth)
        const painted = style === undefined ? line : paint(style, line)
        return (paint('dim', head) + painted).trimEnd()
      })
}

function undoneOf({ undone }: Failure): readonly string[] {
  if (undone === undefined) return []
  return undone.length === 0 ? ['nothing: this step had changed nothing'] : undone
}

function linesOf(text: string, width: number): string[] {
  const lines = text.trimEnd().replaceAll('\t', '  ').split('\n')
  return lines.flatMap((line) => (COMMAND.test(line) ? [line] : wrap(line, width)))
}
