import type { Sink } from '../ports/events.ts'
import type { Say } from '../words/say.ts'
import { clean } from './clean.ts'
import { oneLine } from './layout.ts'
import { openOutput, type WritableLike } from './output.ts'
import { redrawn } from './redraw.ts'

/** Says what goes on; each text takes the place of the one before, null leaves nothing. */
export type WaitingLine = (text: string | null) => void

/** A line at the end of a terminal, for work that shows nothing else; elsewhere nothing is said. */
export function waitingLine(stream: WritableLike): WaitingLine {
  if (stream.isTTY !== true || !stream.columns) return () => undefined
  const draw = redrawn(openOutput(stream), () => stream.columns ?? 0)
  return (text) => {
    draw(text === null ? [] : [oneLine(clean(text))])
  }
}

/** Tells by that line which step of a run is looked at, behind what is done. */
export function stepsTold(line: WaitingLine, doing: string, say: Say): Sink {
  const titles = new Map<string, string>()
  return (event) => {
    if (event.type === 'run-started') {
      for (const { id, title } of event.steps) titles.set(id, title)
    } else if (event.type === 'step-started') {
      line(`${doing} … ${say(titles.get(event.step) ?? '')}`)
    }
  }
}
