import { type Evidence, itemsOf } from './evidence.ts'

/** A line that CoreDNS itself wrote, not one that quotes what a client asked. */
export interface LogLine {
  readonly pod: string
  readonly line: string
  /** What follows the part that CoreDNS always writes so. */
  readonly text: string
}

/** As evidence. */
export function inLog({ pod, line }: LogLine): string {
  return `pod ${pod} logs: ${line}`
}

/** Before the text of CoreDNS's own loggers: nothing, or a time. */
const TIME = String.raw`(?:\d{4}-\d\d-\d\dT[\d:.]+Z )?`

/** Before what the plugin says: klog's head, as CoreDNS up to 1.8 lets client-go write, or its own. */
const PLUGIN = String.raw`(?:E\d{4} [\d:.]+\s+\d+ |${TIME}\[(?:ERROR|WARNING|INFO)\] plugin/kubernetes: )`

/** What client-go says of a list or watch that fails; from 0.19 on both in one line. */
const TRIED = String.raw`[Ff]ailed to (?:list|watch) \*v1\w*\.\w+`
const REFLECTOR = String.raw`\S*reflector\.go:\d+[\]:]? (?:\S+: )?${TRIED}(?:: ${TRIED})?`

/** From 1.9 on, while it waits for the API before it serves anything. */
const CONNECTION = 'Kubernetes API connection failure'

const API = new RegExp(`^${PLUGIN}(?:${REFLECTOR}|${CONNECTION}): (.*)$`)

/** Why CoreDNS cannot read the API, in its own words. */
export function apiTroubles(e: Evidence): readonly LogLine[] {
  return linesLike(e, API)
}

const VERSION = /^plugin\/kubernetes: (Get "?https:\/\/\S+\/version\b\S* .*)$/

/** CoreDNS 1.8.1 to 1.8.3 ends at its start where it cannot ask the API server for its version. */
export function versionTroubles(e: Evidence): readonly LogLine[] {
  return linesLike(e, VERSION)
}

const UPSTREAM = new RegExp(
  String.raw`^${TIME}\[ERROR\] plugin/errors: 2 (\S+\. \w+: (?:(?:read|write|dial) (?:udp|tcp) .*|no healthy proxies))$`,
)

/** A name that CoreDNS sent on, and got no answer for: `example.com. A: read udp …: i/o timeout`. */
export function upstreamTroubles(e: Evidence): readonly LogLine[] {
  return linesLike(e, UPSTREAM).filter(({ text }) => !text.includes(' HINFO: '))
}

const OWN_QUESTION = new RegExp(
  String.raw`^${TIME}\[ERROR\] plugin/errors: 2 \d+\.\d+\. HINFO: plugin/loop: no next plugin found$`,
)

/** What the loop plugin asks itself once at its start finds no answer where the Corefile forwards nothing. */
export function isOwnQuestion(line: string): boolean {
  return OWN_QUESTION.test(line)
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
  return itemsOf(e.logs).flatMap(({ pod, lines }) =>
    lines.flatMap((line) => {
      const text = pattern.exec(line)?.[1]
      return text === undefined ? [] : [{ pod, line, text }]
    }),
  )
}
