import type { StepId } from '../ports/step.ts'
import { headerText } from './event-text.ts'
import { failureBlock, runFailureBlock } from './failure-block.ts'
import { openDrawing } from './live-drawing.ts'
import type { Drawing, DrawingOptions } from './live-drawing.ts'
import { oneLine } from './layout.ts'
import type { Output } from './output.ts'
import { painter } from './paint.ts'
import { summaryLines } from './summary.ts'
import { isEnding } from './view-events.ts'
import type { EndingEvent, ViewEvent } from './view-events.ts'
import type { View } from './view.ts'

/** What the live view draws on. */
export interface LiveOptions extends DrawingOptions {
  readonly out: Output
}

type RunStarted = Extract<ViewEvent, { type: 'run-started' }>
type RunEnded = Extract<ViewEvent, { type: 'run-ended' }>

/** The list on a terminal, with failures and the summary below it once it is finished. */
export function liveView(options: LiveOptions): View<ViewEvent> {
  const { out, color, verbose, columns } = options
  let run: { readonly started: RunStarted; readonly drawing: Drawing } | undefined
  const endings = new Map<StepId, EndingEvent>()

  const start = (started: RunStarted): void => {
    out.write(`${painter(color)('bold', oneLine(headerText(started)))}\n\n`)
    run = { started, drawing: openDrawing({ ...options, verbose }, started) }
  }
  const textBelow = (started: RunStarted, ended: RunEnded | undefined): string => {
    const look = { color, columns: columns() }
    const failures = failureTexts(started, [...endings.values()], look)
    if (ended === undefined) return textOf(failures)
    const ending = runFailureBlock(ended, look)
    const summary = summaryLines(ended, started.steps, endings, look.columns)
    return textOf([...failures, ...(ending.length > 0 ? ['', ...ending] : []), '', ...summary])
  }
  const finish = (ended: RunEnded | undefined): void => {
    if (run === undefined) return
    const { started, drawing } = run
    drawing.finish(ended?.outcome, () => {
      out.write(textBelow(started, ended))
    })
  }

  return {
    sink(event) {
      if (event.type === 'run-started') start(event)
      if (event.type === 'run-ended') finish(event)
      if (isEnding(event)) endings.set(event.step, event)
      run?.drawing.handle(event)
    },
    notice(text) {
      if (run === undefined) out.write(`${text}\n`)
      else run.drawing.notice(text)
    },
    async close() {
      finish(undefined)
      await run?.drawing.finished
    },
  }
}

/**
 * The blocks of what failed. One that ended the run stands right below its own line of the list
 * and needs no title.
 */
function failureTexts(
  { mode, steps }: RunStarted,
  endings: readonly EndingEvent[],
  look: { readonly color: boolean; readonly columns: number },
): string[] {
  const last = endings.at(-1)
  return endings.flatMap((event) => {
    if (event.type !== 'step-failed' && event.type !== 'step-interrupted') return []
    if (event === last && mode !== 'verify') return failureBlock(event, { ...look, mode })
    const title = steps.find(({ id }) => id === event.step)?.title ?? event.step
    return ['', ...failureBlock(event, { ...look, mode, title })]
  })
}

function textOf(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('')
}
