import { githubAnnotations, githubSummary } from './github.ts'
import { gitlabSection } from './gitlab.ts'
import { readRunLines } from '../run-lines.ts'
import { runReport } from '../run-report.ts'
import type { CiJob } from './job.ts'

/** What a job is told of a run: in its log, and as its summary. `text` is that of a run.jsonl. */
export function jobText(
  { kind }: CiJob,
  text: string,
): { readonly log: string; readonly summary: string } {
  const run = runReport(readRunLines(text, 'the run'))
  if (kind === 'gitlab') return { log: gitlabSection(run), summary: '' }
  return { log: githubAnnotations(run).join('\n'), summary: githubSummary(run) }
}
