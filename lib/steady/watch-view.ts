import type { AskedSecond } from '../core/asked-data.ts'
import type { Event } from '../ports/events.ts'
import { chooseView } from '../view/choose-view.ts'
import { clean } from '../view/clean.ts'
import { eventLine } from '../view/event-line.ts'
import { inAscii, isAsciiOnly } from '../view/letters.ts'
import { openOutput, textOf, type WritableLike } from '../view/output.ts'
import { redrawn } from '../view/redraw.ts'
import type { AskedAll } from './asked-until.ts'
import type { Question } from './ask-steadily.ts'
import { pictureOf, secondText, totalOf } from './picture.ts'
import { isBad } from './tally.ts'

/** What is shown of asking that goes on. */
export interface WatchView {
  begin(of: Question & { readonly target: string }): void
  readonly take: (second: AskedSecond, soFar: () => AskedAll) => void
  end(all: AskedAll): void
  /** A line that is no part of the picture. */
  readonly notice: (text: string) => void
  close(): Promise<void>
}

type Means = {
  readonly out: WritableLike
  readonly err: WritableLike
  readonly env: Readonly<Record<string, string | undefined>>
  readonly json: boolean
}

const USUAL_COLUMNS = 80
/** A log is told of seconds in which something was lost, and now and then that it goes on. */
const QUIET_S = 10
/** Beside the picture stand the worker's name and the figures. */
const BESIDE = 74

/** On a terminal a picture, redrawn each second; in a pipe lines; with `json` each second as a line of JSON. */
export function watchView({ out: stdout, err: stderr, env, json }: Means): WatchView {
  const { kind } = chooseView({ isTTY: stdout.isTTY === true, json, env })
  const [out, err] = [openOutput(stdout), openOutput(stderr)]
  const columns = (): number => stdout.columns || USUAL_COLUMNS
  const spelled = (lines: readonly string[]): readonly string[] => {
    const safe = lines.map((line) => clean(line))
    return isAsciiOnly(env) ? safe.map(inAscii) : safe
  }
  const draw = redrawn(out, columns)
  const say = (lines: readonly string[]): void => out.write(textOf(spelled(lines)))
  const tell = (event: Event): void => out.write(eventLine(event, new Date()))
  const picture = ({ asked, seconds }: AskedAll): readonly string[] => {
    return pictureOf(asked, seconds, Math.max(10, columns() - BESIDE))
  }
  let nextAt = 0
  return {
    begin({ server, name, rate, target }) {
      const what = `asking ${server} for ${name}, ${rate} times a second from each worker`
      if (kind !== 'json') say([`hardway · watch · ${target}`, `${what}; Ctrl-C ends it`])
    },
    take(second, soFar) {
      if (kind === 'json') tell({ type: 'dns-second', ...second })
      else if (kind === 'live') draw(spelled(picture(soFar())))
      else if (isBad(second)) say([secondText(second)])
      else if (second.at >= nextAt) {
        if (nextAt > 0) say([totalOf(soFar().asked)])
        nextAt = second.at + QUIET_S
      }
    },
    end(all) {
      const { asked } = all
      const lines = [...pictureOf(asked, all.seconds), totalOf(asked)]
      if (kind === 'json') tell({ type: 'dns-asked', ...asked, lines })
      else if (kind === 'live') {
        draw(spelled(picture(all)))
        say(['', totalOf(asked)])
      } else say(lines)
    },
    notice(text) {
      err.write(textOf(spelled([text])))
    },
    async close() {
      await Promise.all([out.flush(), err.flush()])
    },
  }
}
