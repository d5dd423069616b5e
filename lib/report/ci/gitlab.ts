import { outlineOf, type Trouble } from '../outline.ts'
import type { RunReport } from '../run-report.ts'

const NAME = 'hardway'
const CLEAR = '\u001b[0K'

/** What GitLab shows of a job at its end: a section of its log, open, with cause and next command. */
export function gitlabSection(run: RunReport): string {
  const { sentence, troubles, drifted } = outlineOf(run)
  const at = Math.floor(run.to / 1000)
  return [
    `${CLEAR}section_start:${at}:${NAME}\r${CLEAR}hardway ${run.mode}: ${sentence}`,
    ...troubles.flatMap(troubleLines),
    ...(drifted.length === 0 ? [] : [`differs   ${drifted.join(', ')}`]),
    `${CLEAR}section_end:${at}:${NAME}\r${CLEAR}`,
  ].join('\n')
}

function troubleLines({ title, problem, code, cause, evidence, next }: Trouble): readonly string[] {
  return [
    ...(title === undefined ? [] : [`failed    ${title}`]),
    `problem   ${problem}`,
    ...(cause === undefined ? [] : [`cause     ${code === undefined ? '' : `[${code}] `}${cause}`]),
    ...(evidence === undefined ? [] : [`evidence  ${evidence}`]),
    ...(next === '' ? [] : [`next      ${next}`]),
  ]
}
