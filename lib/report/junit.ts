import { failureLines } from '../view/failure-text.ts'
import { type Case, cellCase, nameCase, stepCase } from './junit-cases.ts'
import { markup, type Markup, textOfMarkup } from './markup.ts'
import { matrixReport } from './matrix-report.ts'
import type { RunReport } from './run-report.ts'

type Suite = { readonly name: string; readonly cases: readonly Case[] }

/** junit.xml: a suite a list of steps, one of the cells of the matrix, one of the names; a case each. */
export function junitText(run: RunReport): string {
  const lists = [...new Set(run.steps.map(({ list }) => list))]
  const matrix = matrixReport(run.steps)
  const suites = [
    ...runSuite(run),
    ...lists.map((list) => ({
      name: list,
      cases: run.steps.filter((step) => step.list === list).map(stepCase),
    })),
    ...(matrix === null
      ? []
      : [
          { name: 'matrix', cases: matrix.cells.map(cellCase) },
          { name: 'names', cases: matrix.names.map(nameCase) },
        ]),
  ]
  const all = suites.flatMap(({ cases }) => cases)
  const { started } = run
  const name = ['hardway', run.mode, started?.target].filter(Boolean).join(' ')
  return `<?xml version="1.0" encoding="UTF-8"?>\n${textOfMarkup(markup`<testsuites name="${name}" time="${seconds(run.to - run.from)}" ${counts(all)}>
${suites.map((suite) => suiteMarkup(suite, run))}</testsuites>
`)}`
}

/** What is no step's fault. */
function runSuite({ ended, started, mode }: RunReport): readonly Suite[] {
  const name = `hardway ${mode}`
  const error = (type: string, message: string, text: string): readonly Suite[] => [
    { name: 'run', cases: [{ name, not: { as: 'error', type, message, text } }] },
  ]
  if (ended === undefined) {
    const message = started === undefined ? 'the run never began' : 'the run has no end'
    return error('killed', message, `${message}: it was killed, or is still at work`)
  }
  if (ended.error === undefined) return []
  const explanation = ended.error
  return error(ended.outcome, explanation.problem, failureLines({ explanation }).join('\n'))
}

function suiteMarkup({ name, cases }: Suite, { from }: RunReport): Markup {
  const at = new Date(from).toISOString().slice(0, 19)
  const time = cases.reduce((sum, one) => sum + (one.time ?? 0), 0)
  const { skipped } = countsOf(cases)
  return markup`  <testsuite name="${name}" ${counts(cases)} skipped="${skipped}" time="${seconds(time)}" timestamp="${at}">
${cases.map((one) => caseMarkup(one, name))}  </testsuite>
`
}

function caseMarkup({ name, time, not, out }: Case, suite: string): Markup {
  const took = time === undefined ? '' : markup` time="${seconds(time)}"`
  return markup`    <testcase classname="hardway.${suite}" name="${name}"${took}>${not && outcome(not)}${out && markup`<system-out>${out}</system-out>`}</testcase>
`
}

function outcome({ as, type, message, text }: NonNullable<Case['not']>): Markup {
  switch (as) {
    case 'failure':
      return markup`<failure type="${type}" message="${message}">${text}</failure>`
    case 'error':
      return markup`<error type="${type}" message="${message}">${text}</error>`
    case 'skipped':
      return markup`<skipped type="${type}" message="${message}">${text}</skipped>`
  }
}

function counts(cases: readonly Case[]): Markup {
  const { failures, errors } = countsOf(cases)
  return markup`tests="${cases.length}" failures="${failures}" errors="${errors}"`
}

function countsOf(cases: readonly Case[]) {
  const of = (as: string): number => cases.filter(({ not }) => not?.as === as).length
  return { failures: of('failure'), errors: of('error'), skipped: of('skipped') }
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3)
}
