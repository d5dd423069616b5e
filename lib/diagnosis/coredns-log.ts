import { type Evidence, itemsOf } from './evidence.ts'

/** A line that CoreDNS itself wrote, not one that quotes what a client asked. */
export type LogLine = {
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

/** Lines of CoreDNS by what they tell; the first group is what of it a finding quotes. */
const LINES = {
  /** Why it cannot read the API. */
  api: new RegExp(`^${PLUGIN}(?:${REFLECTOR}|${CONNECTION}): (.*)$`),
  /** 1.8.1 to 1.8.3 ends at its start where it cannot ask the API server for its version. */
  version: /^plugin\/kubernetes: (Get "?https:\/\/\S+\/version\b\S* .*)$/,
  /** A name that it sent on and got no answer for: `example.com. A: read udp …: i/o timeout`. */
  upstream: new RegExp(
    String.raw`^${TIME}\[ERROR\] plugin/errors: 2 (\S+\. (?!HINFO: )\w+: (?:(?:read|write|dial) (?:udp|tcp) .*|no healthy proxies))$`,
  ),
  /** It ends itself where a query that it sends comes back to it. */
  loop: new RegExp(`^${TIME}\\[FATAL\\] (plugin/loop: Loop .*)$`),
  /** What it does not understand of its Corefile; it ends at once. */
  corefile: /^(?:\/\S+\/)?(Corefile:\d+ - Error during parsing: .*)$/,
  /** Other words with which it ends at its start. */
  start: /^(cannot serve dns:\/\/\S+ - .*|Listen: listen (?:tcp|udp) \S+: bind: .*)$/,
} as const satisfies Record<string, RegExp>

/** The lines of all CoreDNS logs that tell this. */
export function linesOn(e: Evidence, what: keyof typeof LINES): readonly LogLine[] {
  return itemsOf(e.logs).flatMap(({ pod, lines }) =>
    lines.flatMap((line) => {
      const text = LINES[what].exec(line)?.[1]
      return text === undefined ? [] : [{ pod, line, text }]
    }),
  )
}

const OWN_QUESTION = new RegExp(
  String.raw`^${TIME}\[ERROR\] plugin/errors: 2 \d+\.\d+\. HINFO: plugin/loop: no next plugin found$`,
)

/** What the loop plugin asks itself once at its start finds no answer where the Corefile forwards nothing. */
export function isOwnQuestion(line: string): boolean {
  return OWN_QUESTION.test(line)
}
