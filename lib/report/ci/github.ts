import { isCommand } from '../../core/shell.ts'
import { type Cell, matrixReport } from '../matrix-report.ts'
import { outlineOf, type Trouble } from '../outline.ts'
import type { RunReport } from '../run-report.ts'

// What GitHub Actions shows of a job: its summary (Markdown in the file GITHUB_STEP_SUMMARY), and annotations
// (workflow commands in its log).

const MARKS = { good: '✅', drifted: '⚠️', bad: '❌' } as const

/** The job's summary, in Markdown. */
export function githubSummary(run: RunReport): string {
  const { state, sentence, troubles, drifted } = outlineOf(run)
  const cells = matrixReport(run.steps)?.cells ?? []
  const lost = cells.filter((cell) => cell.state !== 'good')
  return [
    `### ${MARKS[state]} hardway ${run.mode}${run.started === undefined ? '' : `: ${plain(run.started.target)}`}`,
    plain(sentence),
    ...troubles.flatMap(troubleLines),
    ...(drifted.length === 0 ? [] : [`**Differs:** ${drifted.map(plain).join(', ')}`]),
    ...(cells.length === 0
      ? []
      : [`**Matrix:** ${cells.length - lost.length} of ${cells.length} paths answer without loss`]),
    ...(lost.length === 0 ? [] : [lossLines(lost).join('\n')]),
    '',
  ].join('\n\n')
}

/** A summary is no list of everything: report.html is. */
const MOST = 20

function lossLines(lost: readonly Cell[]): readonly string[] {
  const shown = lost.slice(0, MOST).map(({ key, answered, asked, notProven }) => {
    return `- ${plain(`${key}: ${notProven ?? `${answered} of ${asked} answered`}`)}`
  })
  return lost.length > MOST ? [...shown, `- and ${lost.length - MOST} more`] : shown
}

function troubleLines({ title, problem, code, cause, evidence, next }: Trouble): readonly string[] {
  const head = title === undefined ? problem : `${title}: ${problem}`
  return [
    `**${plain(head)}**`,
    ...(cause === undefined
      ? []
      : [`Cause: ${code === undefined ? '' : `**${plain(code)}** `}${plain(cause)}`]),
    ...(evidence === undefined ? [] : ['Evidence:', fenced(evidence)]),
    ...(next === '' ? [] : ['Next:', isCommand(next) ? fenced(next) : plain(next)]),
  ]
}

/** Annotations, a line each: an error for what has failed, a warning for what differs. */
export function githubAnnotations(run: RunReport): readonly string[] {
  const { troubles, drifted } = outlineOf(run)
  return [
    ...troubles.map(({ title = `hardway ${run.mode}`, problem, code, cause, next }) => {
      const why = cause === undefined ? '' : `\n${code === undefined ? '' : `[${code}] `}${cause}`
      return `::error title=${property(title)}::${data(`${problem}${why}${next === '' ? '' : `\n${next}`}`)}`
    }),
    ...drifted.map((title) => `::warning title=${property(title)}::differs from what is wanted`),
  ]
}

/** Text that Markdown and the HTML in it leave alone. */
function plain(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replace(/[\\`*_{}[\]()#+!|~>-]/g, '\\$&')
    .replaceAll('\n', ' ')
}

/** A block that no line of it can end. */
function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length))
  const fence = '`'.repeat(longest + 1)
  return `${fence}sh\n${text}\n${fence}`
}

/** As workflow commands have their message. */
function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}
