import { duration } from '../../view/layout.ts'
import { kubectlFunction, typedChapter } from '../commands.ts'
import { markup, type Markup, textOfMarkup } from '../markup.ts'
import { matrixReport } from '../matrix-report.ts'
import { isMarked, questionPath } from '../question-path.ts'
import type { RunReport } from '../run-report.ts'
import { askedPicture } from './asked-picture.ts'
import { causeSections, command } from './cause.ts'
import { matrixPicture } from './matrix-picture.ts'
import { pathPicture } from './path-picture.ts'
import { planSections } from './plan.ts'
import { stepSections } from './steps.ts'
import { STYLE } from './style.ts'
import { badge } from './tone.ts'
import { verdictOf } from './verdict.ts'

type Section = { readonly id: string; readonly title: string; readonly inside: readonly Markup[] }

/** Nothing is loaded, from anywhere, and no script runs: the browser itself sees to it. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"

/** report.html: the run as one page that needs nothing but itself. */
export function pageText(run: RunReport): string {
  const { tone, words, sentence, why } = verdictOf(run)
  const { started, mode } = run
  const title = `${words} · hardway ${mode}${started === undefined ? '' : ` · ${started.target}`}`
  const sections = sectionsOf(run).filter(({ inside }) => inside.length > 0)
  const [first] = causeSections(run)
  const isLong = first !== undefined
  return `<!doctype html>\n${textOfMarkup(markup`<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${title}</title>
<style>${STYLE}</style>
</head>
<body>
<header class="top">
<p class="eyebrow">hardway ${mode} · ${started?.target ?? 'no target'} · <time datetime="${iso(run.from)}">${minute(run.from)}</time></p>
<div class="verdict">${badge(tone, words)}<div><h1>${words}</h1>${why !== undefined && markup`<p class="lead">${why}</p>`}<p class="${why === undefined ? 'lead' : 'quiet'}">${sentence}</p></div></div>
<nav aria-label="Parts of this report">${sections.map(({ id, title: name }) => markup`<a href="#${id}">${name}</a>`)}</nav>
</header>
<main>
${sections.map(
  ({ id, title: name, inside }) => markup`<section id="${id}"><h2>${name}</h2>
${inside}</section>
`,
)}</main>
<footer><p>Made by hardway ${started?.program} from run.jsonl, which has all of it. Secrets are masked; names and addresses are not.${isLong && ' What a code stands for: docs/failures.md.'}</p></footer>
</body>
</html>
`)}`
}

function sectionsOf(run: RunReport): readonly Section[] {
  const matrix = matrixReport(run.steps)
  const path = questionPath(run)
  return [
    { id: 'cause', title: 'What is wrong', inside: causeSections(run) },
    {
      id: 'path',
      title: 'The way of a question',
      inside: path === null ? [] : [pathSection(path)],
    },
    {
      id: 'matrix',
      title: 'Every server, asked from every worker',
      inside: matrix === null ? [] : [matrixPicture(matrix)],
    },
    {
      id: 'lost',
      title: 'Loss over time, while it changed',
      inside: run.asked.map(askedPicture),
    },
    {
      id: 'plan',
      title: run.mode === 'dry-run' ? 'The plan' : 'Changes',
      inside: planSections(run),
    },
    { id: 'steps', title: 'Step by step', inside: stepSections(run) },
    { id: 'by-hand', title: 'The chapter by hand', inside: byHand(run) },
    { id: 'asked', title: 'What was asked', inside: [asked(run)] },
  ]
}

function pathSection(path: NonNullable<ReturnType<typeof questionPath>>): Markup {
  const { cause, worker } = path
  const from = worker === '' ? 'a pod' : `a pod on ${worker}`
  const why =
    cause !== null &&
    markup`<p class="breaks">${badge('bad', 'broken')} <b>${isMarked(path) ? 'It breaks here:' : 'The cause lies below all of this:'}</b> <span class="code">${cause.code}</span> ${cause.cause}.</p>`
  return markup`<p class="quiet lead-in">How ${from} gets an answer. Solid lines were measured and work, dashed red ones lose answers, dotted ones were not measured.</p>
${pathPicture(path)}${why}`
}

function byHand(run: RunReport): readonly Markup[] {
  const steps = typedChapter(run)
  if (steps === null) return []
  return [
    markup`<p class="quiet">To be pasted on a cluster like this one that has no CoreDNS yet; commands.sh has the same. The first line says which cluster.</p>`,
    markup`<div class="by-hand"><pre class="command">${kubectlFunction(run)}</pre>`,
    ...steps.map(
      ({ section, title, commands, instead }) =>
        markup`<h3>${section} ${title}</h3>${instead !== undefined && markup`<p class="note">${instead}</p>`}<pre class="command">${commands}</pre>`,
    ),
    markup`</div>`,
  ]
}

function asked({ started, ended, from, to, mode }: RunReport): Markup {
  const ledger = ended?.ledger
  const sent =
    ledger &&
    `${ledger.reads} reads, ${ledger.dryRuns} dry-run requests, ${ledger.writes} writes to the API server; ${ledger.hostWrites} writes on the machine`
  const rows: readonly (readonly [string, Markup | string | undefined])[] = [
    ['Command', started?.asked === undefined ? mode : command(started.asked)],
    ['Target', started?.target],
    ['Begun', `${iso(from)}, for ${duration(ended?.durationMs ?? to - from)}`],
    ['Exit code', ended === undefined ? 'none' : String(ended.code)],
    ['Sent', sent],
    ['Run', started?.run],
    [
      'Notes',
      ended === undefined || ended.notes.length === 0
        ? undefined
        : markup`<pre>${ended.notes.join('\n')}</pre>`,
    ],
  ]
  return markup`<dl class="facts">${rows.map(([label, value]) => value !== undefined && markup`<div><dt>${label}</dt><dd>${value}</dd></div>`)}</dl>`
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}

/** `2026-01-02 03:04 UTC` */
function minute(ms: number): string {
  return `${iso(ms).slice(0, 16).replace('T', ' ')} UTC`
}
