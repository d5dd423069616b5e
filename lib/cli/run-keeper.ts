import { appendFile } from 'node:fs/promises'
import { exitCodeOf, InterruptedError, isExplained, messageOf } from '../core/errors.ts'
import { explanationOf } from '../engine/explain.ts'
import type { Event, Ledger, Mode } from '../ports/events.ts'
import { type CiJob } from '../report/ci/job.ts'
import { type RunFile, newRunFile } from '../state/report-folder.ts'
import { withoutSecrets } from '../view/clean.ts'
import { eventLine } from '../view/event-line.ts'
import { throttle } from '../view/output.ts'
import { write } from './print.ts'
import { makeReport } from './report-files.ts'

const PROGRESS_EVERY_MS = 1000

/** Where a run is kept: in a folder, for the CI job it is a part of, or both. */
type Places = { readonly folder: string | undefined; readonly job: CiJob | null }

/** Keeps what a run tells, for those who look at it afterwards. */
export interface RunKeeper {
  /** Takes each event, free of secrets. Never throws. */
  readonly take: (event: Event) => void
  /** The run could not even begin, or a bug has ended it. */
  failed(error: unknown, mode: Mode, ledger: Ledger): void
  /** Makes what is made of the events; returns what to say of the folder. */
  end(): Promise<string | null>
  /** Tells the job, once all else is said. */
  tellJob(): Promise<void>
}

/** @throws InputError where the folder has a report, or is not to be trusted */
export async function runKeeper({ folder, job }: Places, now: () => Date): Promise<RunKeeper> {
  const file = folder === undefined ? null : await newRunFile(folder)
  const lines: string[] = []
  const mayKeep = throttle(PROGRESS_EVERY_MS, () => now().getTime())
  const began = now()
  let hasEnded = false
  const take = (event: Event): void => {
    hasEnded ||= event.type === 'run-ended'
    if (event.type === 'step-progress' && !mayKeep(event.step)) return
    const line = eventLine(event, now())
    file?.append(line)
    if (job !== null) lines.push(line)
  }
  return {
    take,
    failed(error, mode, ledger) {
      if (hasEnded) return
      const outcome = error instanceof InterruptedError ? 'interrupted' : 'failed'
      const durationMs = now().getTime() - began.getTime()
      const told = { code: exitCodeOf(error), error: explanationOf(error), durationMs, ledger }
      take(withoutSecrets({ type: 'run-ended', mode, outcome, ...told, notes: [] }))
    },
    async end() {
      return file === null || folder === undefined ? null : endReport(file, folder)
    },
    async tellJob() {
      if (job !== null && lines.length > 0) await tell(job, lines.join(''))
    },
  }
}

async function endReport(file: RunFile, folder: string): Promise<string> {
  const lost = await file.close()
  if (lost !== undefined) return `the report is not complete: ${lost}`
  try {
    const files = await makeReport(folder)
    return `${folder} has the report: run.jsonl, ${files.join(', ')}`
  } catch (error) {
    if (!isExplained(error)) throw error
    return `${folder} has run.jsonl only: ${messageOf(error)}`
  }
}

async function tell(job: CiJob, text: string): Promise<void> {
  const { jobText } = await import('../report/ci/job-text.ts')
  const { log, summary } = jobText(job, text)
  // stdout may be for programs alone; a runner reads both.
  if (log !== '') await write(log, process.stderr)
  if (job.kind !== 'github' || job.summary === undefined) return
  await appendFile(job.summary, summary).catch(async (error: unknown) => {
    await write(
      `hardway: the job's summary could not be written: ${messageOf(error)}`,
      process.stderr,
    )
  })
}
