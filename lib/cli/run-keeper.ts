import { exitCodeOf, InterruptedError, isExplained, messageOf } from '../core/errors.ts'
import { explanationOf } from '../engine/explain.ts'
import type { Event, Ledger, Mode } from '../ports/events.ts'
import { newRunFile } from '../state/report-folder.ts'
import { withoutSecrets } from '../view/clean.ts'
import { eventLine } from '../view/event-line.ts'
import { throttle } from '../view/output.ts'
import { makeReport } from './report-files.ts'

const PROGRESS_EVERY_MS = 1000

/** Keeps the report of a run. */
export interface RunKeeper {
  /** Takes each event, free of secrets. Never throws. */
  readonly take: (event: Event) => void
  /** The run could not even begin, or a bug has ended it. */
  failed(error: unknown, mode: Mode, ledger: Ledger): void
  /** Makes what is made of the events; returns what to say of that. */
  end(): Promise<string>
}

/** @throws InputError where the folder has a report, or is not to be trusted */
export async function runKeeper(folder: string, now: () => Date): Promise<RunKeeper> {
  const file = await newRunFile(folder)
  const mayKeep = throttle(PROGRESS_EVERY_MS, () => now().getTime())
  const began = now()
  let hasEnded = false
  const take = (event: Event): void => {
    hasEnded ||= event.type === 'run-ended'
    if (event.type === 'step-progress' && !mayKeep(event.step)) return
    file.append(eventLine(event, now()))
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
      const lost = await file.close()
      if (lost !== undefined) return `the report is not complete: ${lost}`
      try {
        const files = await makeReport(folder)
        return `${folder} has the report: run.jsonl, ${files.join(', ')}`
      } catch (error) {
        if (!isExplained(error)) throw error
        return `${folder} has run.jsonl only: ${messageOf(error)}`
      }
    },
  }
}
