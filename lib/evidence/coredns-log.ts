import { LOADED, RELOAD_FAILED, TIME } from '../dns/coredns-lines.ts'
import { type Evidence, itemsOf } from './evidence.ts'
import { corednsPods } from './pods.ts'

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
  loop: new RegExp(`^${TIME}\\[FATAL\\] (plugin/loop: (?:Loop|Seen|Forwarding loop) .*)$`),
  /** What it does not understand of its Corefile, or of a file that this imports; it ends at once. */
  corefile: /^((?:plugin\/[\w.-]+: )?\S+:\d+ - (?:Error during parsing|Syntax error): .*)$/,
  /** Other words with which it ends at its start. */
  start:
    /^(cannot serve \w+:\/\/\S+ - .*|(?:Listen: )?listen (?:tcp|udp) \S+: bind: .*|loading Caddyfile .*|plugin\/(?:forward|proxy): .*)$/,
  /** It could not load a Corefile that was changed, and goes on with the one before. */
  reload: RELOAD_FAILED,
  /** It has loaded a Corefile. */
  loaded: LOADED,
  /** A name that no plugin of the Corefile that it serves by knows. */
  unserved: new RegExp(
    String.raw`^${TIME}\[ERROR\] plugin/errors: 2 (\S+\. (?!HINFO: )\w+): plugin/\w+: no next plugin found$`,
  ),
  /** It has met a bug of its own, and answered SERVFAIL. */
  panic: new RegExp(`^${TIME}\\[ERROR\\] (Recovered from panic in server: .*)$`),
} as const satisfies Record<string, RegExp>

/** What a finding quotes of a line that tells this; undefined where it tells something else. */
export function quoted(line: string, what: keyof typeof LINES): string | undefined {
  return LINES[what].exec(line)?.[1]
}

/** The lines of all CoreDNS logs that tell this. */
export function linesOn(e: Evidence, what: keyof typeof LINES): readonly LogLine[] {
  return itemsOf(e.logs).flatMap(({ pod, lines }) =>
    lines.flatMap((line) => {
      const text = quoted(line, what)
      return text === undefined ? [] : [{ pod, line, text }]
    }),
  )
}

/** The last such line of a CoreDNS that does not serve now: what one that does has said is past. */
export function ended(e: Evidence, what: 'loop' | 'corefile' | 'start'): readonly LogLine[] {
  const down = corednsPods(e).filter(({ ready }) => !ready)
  return linesOn(e, what)
    .filter(({ pod }) => down.some(({ name }) => name === pod))
    .slice(-1)
}

/** When a pod has loaded a Corefile, at its start and since; `unknown` where it has again and does not say when. */
export function timesLoaded(e: Evidence, pod: string): readonly string[] | 'unknown' {
  const lines = itemsOf(e.logs)
    .filter((log) => log.pod === pod && !log.previous)
    .flatMap((log) => log.lines)
    .filter((line) => LINES.loaded.test(line))
  const times = lines.flatMap((line) => /^\d{4}-\S+Z/.exec(line)?.[0] ?? [])
  return times.length === 0 && lines.length > 1 ? 'unknown' : times
}

/** What says nothing of an end: its banner, what it informs of, klog's lines, and a stack's. */
const NOISE = new RegExp(
  String.raw`^(?:\s|$|\S+:\d+$|CoreDNS-\d|linux/|maxprocs|[IWE]\d{4} |goroutine \d|created by |\[signal |\S+\(.*\)$|exit status|${TIME}\[(?:INFO|WARNING)\])`,
)
const FATAL = new RegExp(String.raw`^(?:panic: |fatal error: |F\d{4} |${TIME}\[FATAL\] )`)

/** The line with which a program that ended says why; undefined where none does. */
export function lastWords(lines: readonly string[]): string | undefined {
  const telling = lines.filter((line) => !NOISE.test(line) && !OF_A_QUESTION.test(line))
  return telling.findLast((line) => FATAL.test(line)) ?? telling.at(-1)
}

/** Of a name that was asked for: no reason to end. */
const OF_A_QUESTION = new RegExp(String.raw`^${TIME}\[ERROR\] plugin/errors: \d+ \S+ [A-Z\d]+: `)

const OWN_QUESTION = new RegExp(
  String.raw`^${TIME}\[ERROR\] plugin/errors: 2 \d+\.\d+\. HINFO: plugin/loop: no next plugin found$`,
)

/** What the loop plugin asks itself once at its start finds no answer where the Corefile forwards nothing. */
export function isOwnQuestion(line: string): boolean {
  return OWN_QUESTION.test(line)
}
