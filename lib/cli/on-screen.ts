import { isExplained } from '../core/errors.ts'
import { chooseView } from '../view/choose-view.ts'
import { isAsciiOnly } from '../view/letters.ts'
import { openView, type OpenView } from '../view/open-view.ts'
import { type ActsOn, completed, completedEvent } from './hints.ts'
import { countingLedger } from './ledger.ts'
import type { CommonOptions } from './request.ts'
import type { RunOptions } from './run-ports.ts'
import { interruptible } from './signals.ts'

/** What a run is shown by, and what its ports need of that. Commands in events become complete. */
type OnScreen = OpenView & Pick<RunOptions, 'signal' | 'counts' | 'currentStep'>

/** What is said at an interruption (`stopping`), how to go on then (`again`), and what commands act on. */
type Told = { readonly stopping: string; readonly again: string; readonly acts: ActsOn }

/** Opens the view and listens to signals; ends both however the work ends. Returns the work's exit code. */
export async function onScreen(
  { json, verbose }: CommonOptions,
  { stopping, again, acts }: Told,
  work: (screen: OnScreen) => Promise<number>,
): Promise<number> {
  const { stdout: out, stderr: err, env } = process
  const view = openView({
    ...chooseView({ isTTY: out.isTTY, json, env }),
    ...{ ascii: isAsciiOnly(env), verbose, out, err },
  })
  const interrupt = interruptible(process, again, () => {
    view.notice(`${stopping}; a second time stops at once`)
  })
  let step = ''
  try {
    return await work({
      ...view,
      sink: (event) => {
        if (event.type === 'step-started') step = event.step
        view.sink(completedEvent(event, acts))
      },
      signal: interrupt.signal,
      counts: countingLedger(),
      currentStep: () => step,
    })
  } catch (error) {
    if (isExplained(error)) error.reword((told) => completed(told, acts))
    throw error
  } finally {
    interrupt.stop()
    await view.close()
  }
}
