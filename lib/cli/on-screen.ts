import { defined } from '../core/defined.ts'
import { isExplained } from '../core/errors.ts'
import { chooseView } from '../view/choose-view.ts'
import { isAsciiOnly } from '../view/letters.ts'
import { openView, type OpenView } from '../view/open-view.ts'
import { unlessDiagnosing } from './causes.ts'
import { type ActsOn, completed, completedEvent } from './hints.ts'
import { VERSION } from './project.ts'
import type { Mode } from '../ports/events.ts'
import { countingLedger } from './ledger.ts'
import type { CommonOptions } from '../command-line/request.ts'
import type { RunOptions } from './run-ports.ts'
import { ciJobIn } from '../report/ci/job.ts'
import type { RunKeeper } from './run-keeper.ts'
import { sayFor } from './print.ts'
import { interruptible } from './signals.ts'
import { systemClock } from './system-clock.ts'

/** What a run is shown by, and what its ports need of that. Commands in events become complete. */
type OnScreen = OpenView &
  Pick<RunOptions, 'signal' | 'counts' | 'currentStep' | 'tell'> & {
    /** Ends the run as Ctrl-C does, in other words. */
    readonly stop: (problem: string) => void
  }

/** What is said at an interruption (`stopping`), how to go on then (`again`), and what commands act on. */
type Told = {
  readonly stopping: string
  readonly again: string
  readonly acts: ActsOn
  readonly mode: Mode
  /** kubectl for the target, without this program. */
  readonly kubectl: string
  /** Lines only: a list that is drawn over and over leaves no room for questions. */
  readonly inLines?: boolean
  /** Where a report is kept, if one is. */
  readonly report?: string | undefined
}

/** Opens the view and listens to signals; ends both however the work ends. Returns the work's exit code. */
export async function onScreen(
  { json, verbose, lang }: CommonOptions,
  { stopping, again, acts, mode, kubectl, report, inLines = false }: Told,
  work: (screen: OnScreen) => Promise<number>,
): Promise<number> {
  const { stdout: out, stderr: err, env } = process
  const keeper = await keeperOf(report)
  const view = openView({
    ...chooseView({ isTTY: out.isTTY && !inLines, json, env }),
    ...{ ascii: isAsciiOnly(env), verbose, out, err, say: await sayFor(defined({ lang })) },
    ...(keeper === null ? {} : { record: keeper.take }),
  })
  const interrupt = interruptible(process, again, () => {
    view.notice(`${stopping}; a second time stops at once`)
  })
  const counts = countingLedger()
  const run = { asked: again, program: VERSION, kubectl }
  let step = ''
  try {
    return await work({
      ...view,
      sink: (event) => {
        if (event.type === 'step-started') step = event.step
        const told = event.type === 'run-started' ? { ...event, ...run } : event
        view.sink(completedEvent(told, acts))
      },
      signal: interrupt.signal,
      stop: interrupt.quit,
      counts,
      currentStep: () => step,
      tell: unlessDiagnosing((text) => {
        if (step === '') view.notice(text)
        else view.sink({ type: 'step-progress', step, text })
      }),
    })
  } catch (error) {
    if (isExplained(error)) error.reword((told) => completed(told, acts))
    keeper?.failed(error, mode, counts.ledger())
    throw error
  } finally {
    interrupt.stop()
    const kept = (await keeper?.end()) ?? null
    if (kept !== null) view.notice(kept)
    await view.close()
    await keeper?.tellJob()
  }
}

/** Null where nobody looks at it afterwards. */
async function keeperOf(folder: string | undefined): Promise<RunKeeper | null> {
  const job = ciJobIn(process.env)
  if (folder === undefined && job === null) return null
  const { runKeeper } = await import('./run-keeper.ts')
  return runKeeper({ folder, job }, () => systemClock.now())
}
