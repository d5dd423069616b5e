import type { Event } from '../ports/events.ts'
import type { TaskRunner } from '../ports/task-runner.ts'
import type { ViewKind } from './choose-view.ts'
import { asWritten, type Say } from '../words/say.ts'
import { clean, shown, withoutSecrets } from './clean.ts'
import { describeError } from './describe-error.ts'
import { jsonView } from './json-view.ts'
import { oneLine } from './layout.ts'
import { inAscii } from './letters.ts'
import { liveView } from './live-view.ts'
import { openOutput, type Output, type WritableLike } from './output.ts'
import { plainView } from './plain-view.ts'
import type { View, ViewMeans } from './view.ts'

/** Which view, on what. */
export interface ViewOptions {
  readonly kind: ViewKind
  /** Usually `process.stdout`; all three views write the run here. */
  readonly out: WritableLike
  /** Usually `process.stderr`; the plain and JSON views tell failures here. */
  readonly err: WritableLike
  readonly verbose: boolean
  /** The terminal's width where `out` does not tell. */
  readonly columns?: number
  /** Only the live view ever colours. */
  readonly color: boolean
  /** The reader's language; English where left out. */
  readonly say?: Say
  /** Only ASCII can be shown. */
  readonly ascii?: boolean
  /** Takes each event as well, for machines to read: free of secrets. */
  readonly record?: (event: Event) => void
  /** The time; the real one unless a test says otherwise. */
  readonly clock?: () => Date
}

const USUAL_COLUMNS = 80

/** A view, and the list whose run it shows. */
export interface OpenView extends Pick<View, 'sink' | 'notice'> {
  /** Runs the steps' tasks, and draws the list meanwhile where there is a terminal. */
  readonly runTasks: TaskRunner
  /** Resolves when all text is out. */
  close(): Promise<void>
}

/**
 * Opens the view for a run. Whatever leaves through it is free of secrets and of anything a
 * terminal would act upon. A fault of the view never disturbs the run: it is told by `close`.
 */
export function openView(options: ViewOptions): OpenView {
  const ascii = options.ascii === true && options.kind !== 'json'
  const letters = ascii ? inAscii : (text: string): string => text
  const out = spelled(openOutput(options.out), letters)
  const err = spelled(openOutput(options.err), letters)
  const faults: unknown[] = []
  const fault = (error: unknown): void => {
    faults.push(error)
  }
  const { verbose, color, clock = () => new Date(), say = asWritten } = options
  const view = viewOf(options, {
    ...{ out, err, clock, verbose, color, fault, say },
    now: () => clock().getTime(),
    terminal: { out: options.out, err: options.err },
    columns: () => options.out.columns || (options.columns ?? USUAL_COLUMNS),
  })
  const forPeople = options.kind !== 'json'

  return {
    sink(event: Event) {
      try {
        const told = withoutSecrets(event)
        options.record?.(told)
        view.sink(forPeople ? shown(told) : told)
      } catch (error) {
        fault(error)
      }
    },
    notice(text) {
      view.notice(say(oneLine(clean(text))))
    },
    async runTasks(tasks) {
      if (tasks.length === 0) return
      // Only here is listr2 needed, and it takes its time to load.
      const { runList } = await import('./task-list.ts')
      const { screen } = view
      const draw = (spinner: string, over: boolean): string =>
        letters(screen?.draw(spinner, over) ?? '')
      await runList(tasks, screen && { ...screen, draw })
    },
    async close() {
      if (out.lost !== undefined) {
        err.write(`hardway: output was lost, the run continued without it: ${out.lost.message}\n`)
      }
      // The first fault explains the others.
      for (const error of faults.slice(0, 1)) {
        err.write(`${describeError(error, { verbose, say })}\n`)
      }
      await Promise.all([out.flush(), err.flush()])
    },
  }
}

/** The output, what is written there in those letters. */
function spelled(output: Output, letters: (text: string) => string): Output {
  return {
    get congested() {
      return output.congested
    },
    get lost() {
      return output.lost
    },
    write: (text) => {
      output.write(letters(text))
    },
    flush: () => output.flush(),
  }
}

function viewOf({ kind, out }: ViewOptions, means: ViewMeans): View {
  // A terminal that says it has no columns (`script` in CI) has no room for a list.
  switch (kind === 'live' && out.columns === 0 ? 'plain' : kind) {
    case 'json':
      return jsonView(means)
    case 'plain':
      return plainView(means)
    case 'live':
      return liveView(means)
  }
}
