import type { Event } from '../ports/events.ts'
import { askedLines } from './asked-picture.ts'
import { boardLines } from './board.ts'
import { headerText } from './event-text.ts'
import { failureBlock, runFailureBlock } from './failure-text.ts'
import { hanging, indent, oneLine, wrap } from './layout.ts'
import { textOf } from './output.ts'
import { painter } from './paint.ts'
import { openRecord } from './run-record.ts'
import { summaryLines } from './summary.ts'
import type { View, ViewMeans } from './view.ts'

/** The list on a terminal; below it what failed, once it has ended, and the summary at last. */
export function liveView(means: ViewMeans): View {
  const { out, terminal, verbose, color, columns, now, fault, say } = means
  const record = openRecord(now, say)
  let drawing = false
  let notice = ''
  const asked: string[] = []

  const lines = (spinner: string, over: boolean): string[] => {
    const look = { verbose, color, columns: columns(), say }
    const board = boardLines(record, { ...look, now: now(), spinner, over })
    if (over) return [...board, ...failureLines()]
    if (notice === '') return board
    const [first = '', ...rest] = wrap(notice, look.columns - 4)
    return [...board, `${painter(color)('cyan', spinner)} ${first}`, ...indent(rest, 2)]
  }
  /** One that ended the run stands right below its own line of the list and needs no title. */
  const failureLines = (): string[] => {
    const { mode, steps } = record
    const look = { color, columns: columns(), say, mode }
    const last = steps.findLast(({ ending }) => ending !== undefined)
    return steps.flatMap((step) => {
      if (step.ending?.type !== 'step-failed') return []
      if (step === last && mode !== 'verify') return failureBlock(step.ending, look)
      return ['', ...failureBlock(step.ending, { ...look, title: step.title })]
    })
  }
  const endLines = (event: Extract<Event, { type: 'run-ended' }>): string[] => {
    const block = runFailureBlock(event, { color, columns: columns(), say })
    const summary = summaryLines(event, record.steps, { columns: columns(), say })
    return [...(block.length > 0 ? ['', ...block] : []), '', ...summary]
  }
  return {
    sink(event) {
      record.take(event)
      if (event.type === 'run-started') {
        const header = wrap(oneLine(headerText(event, say)), columns())
        out.write(`${header.map((line) => painter(color)('bold', line)).join('\n')}\n\n`)
        drawing = event.steps.length > 0
      } else if (event.type === 'dns-asked') {
        const picture = askedLines(event, record.seconds, { say })
        asked.push('', ...picture.flatMap((text) => hanging(text, columns())))
      } else if (event.type === 'run-ended') {
        out.write(textOf([...asked, ...endLines(event)]))
      }
    },
    notice(text) {
      if (drawing) notice = text
      else out.write(textOf(wrap(text, columns())))
    },
    screen: {
      ...terminal,
      draw(spinner, over) {
        if (over) drawing = false
        try {
          return lines(spinner, over).join('\n')
        } catch (error) {
          fault(error)
          return ''
        }
      },
    },
  }
}
