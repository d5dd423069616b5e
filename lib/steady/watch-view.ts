import { type Asked, type AskedSecond, isBad } from '../core/asked-data.ts'
import type { Event } from '../ports/events.ts'
import { askedLines, pictureOf, secondText, totalOf } from '../view/asked-picture.ts'
import { chooseView } from '../view/choose-view.ts'
import { clean } from '../view/clean.ts'
import { eventLine } from '../view/event-line.ts'
import { inAscii, isAsciiOnly } from '../view/letters.ts'
import { openOutput, textOf, type WritableLike } from '../view/output.ts'
import { redrawn } from '../view/redraw.ts'
import type { Say } from '../words/say.ts'
import type { AskedAll } from './asked-until.ts'
import type { Question } from './ask-steadily.ts'

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
  /** The reader's language. */
  readonly say: Say
}

const USUAL_COLUMNS = 80
/** A log is told of seconds in which something was lost, and now and then that it goes on. */
const QUIET_S = 10
/** Beside the picture stand the worker's name and the figures; on a terminal narrower than `NARROW` they stand below it. */
const BESIDE = 74
const NARROW = 110

/** On a terminal a picture, redrawn each second; in a pipe lines; with `json` each second as a line of JSON. */
export function watchView({ out: stdout, err: stderr, env, json, say }: Means): WatchView {
  const { kind } = chooseView({ isTTY: stdout.isTTY === true, json, env })
  const [out, err] = [openOutput(stdout), openOutput(stderr)]
  const columns = (): number => stdout.columns || USUAL_COLUMNS
  const spelled = (lines: readonly string[]): readonly string[] => {
    const safe = lines.map((line) => clean(line))
    return isAsciiOnly(env) ? safe.map(inAscii) : safe
  }
  const draw = redrawn(out, columns)
  const print = (lines: readonly string[]): void => out.write(textOf(spelled(lines)))
  const tell = (event: Event): void => out.write(eventLine(event, new Date()))
  const picture = ({ asked, seconds }: AskedAll): readonly string[] => {
    const narrow = columns() < NARROW
    const room = narrow ? columns() - nameWidth(asked) : columns() - BESIDE
    return pictureOf(asked, seconds, { columns: Math.max(10, room), narrow, say })
  }
  let nextAt = 0
  return {
    begin({ server, name, rate, target }) {
      if (kind === 'json') return
      print([
        `hardway · ${say('watch')} · ${say(target)}`,
        say(
          `asking ${server} for ${name}, ${rate} times a second from each worker; Ctrl-C ends it`,
        ),
      ])
    },
    take(second, soFar) {
      if (kind === 'json') tell({ type: 'dns-second', ...second })
      else if (kind === 'live') draw(spelled(picture(soFar())))
      else if (isBad(second)) print([secondText(second, say)])
      else if (second.at >= nextAt) {
        if (nextAt > 0) print([totalOf(soFar().asked, say)])
        nextAt = second.at + QUIET_S
      }
    },
    end(all) {
      const { asked } = all
      if (kind === 'json') {
        tell({ type: 'dns-asked', ...asked, lines: askedLines(asked, all.seconds) })
      } else if (kind === 'live') {
        draw(spelled(picture(all)))
        print(['', totalOf(asked, say)])
      } else print(askedLines(asked, all.seconds, { say }))
    },
    notice(text) {
      err.write(textOf(spelled([say(text)])))
    },
    async close() {
      await Promise.all([out.flush(), err.flush()])
    },
  }
}

/** Columns of the longest name, and what stands around it. */
function nameWidth({ workers }: Asked): number {
  return Math.max(0, ...workers.map(({ worker }) => worker.length)) + 3
}
