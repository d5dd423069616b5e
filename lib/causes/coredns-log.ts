import type { Evidence } from './evidence.ts'
import { each } from './evidence.ts'

/** A line that CoreDNS itself wrote, not one that quotes what a client asked. */
export interface LogLine {
  readonly pod: string
  readonly line: string
  /** What follows the part that CoreDNS always writes so. */
  readonly text: string
}

/** Before the text of CoreDNS's own loggers: nothing, or a time. */
const TIME = String.raw`(?:\d{4}-\d\d-\d\dT[\d:.]+Z )?`

/** klog's head, as CoreDNS up to 1.8 lets client-go write; later versions put their own before it. */
const REFLECTOR = new RegExp(
  String.raw`^(?:E\d{4} [\d:.]+\s+\d+ |${TIME}\[ERROR\] plugin/kubernetes: )\S*reflector\.go:\d+\]? ` +
    String.raw`(?:\S+: )?Failed to (?:list|watch) \*v1\.\w+: (.*)$`,
)

/** Why CoreDNS cannot read the API, in its own words. */
export function apiTroubles(e: Evidence): readonly LogLine[] {
  return linesLike(e, REFLECTOR)
}

const FATAL = new RegExp(`^${TIME}\\[FATAL\\] (plugin/loop: Loop .*)$`)

/** CoreDNS ends itself where a query that it sends comes back to it. */
export function loops(e: Evidence): readonly LogLine[] {
  return linesLike(e, FATAL)
}

const CONFIG = /^(?:\/\S+\/)?(Corefile:\d+ - Error during parsing: .*)$/

/** What CoreDNS does not understand of its Corefile; it ends at once. */
export function corefileErrors(e: Evidence): readonly LogLine[] {
  return linesLike(e, CONFIG)
}

/** Other words with which CoreDNS ends at its start. */
export function startErrors(e: Evidence): readonly LogLine[] {
  return linesLike(e, /^(cannot serve dns:\/\/\S+ - .*|Listen: listen (?:tcp|udp) \S+: bind: .*)$/)
}

function linesLike(e: Evidence, pattern: RegExp): readonly LogLine[] {
  return each(e.logs).flatMap(({ pod, lines }) =>
    lines.flatMap((line) => {
      const text = pattern.exec(line)?.[1]
      return text === undefined ? [] : [{ pod, line, text }]
    }),
  )
}
