import { isIP } from 'node:net'
import { defined } from '../../core/defined.ts'
import type { Dialect, LookupFailure } from './nslookup-reading.ts'
import { addressOfReverseName } from '../reverse-name.ts'

/** What one line of nslookup's output says, and in whose dialect where the line gives that away. */
export type Fact = { readonly dialect?: Dialect } & (
  | { readonly says: 'server'; readonly server: string }
  | { readonly says: 'name'; readonly name: string }
  /** Of the server or of a name, whichever came before; with its own name in busybox 1.28. */
  | { readonly says: 'address'; readonly address: string; readonly pointer?: string }
  | { readonly says: 'pointer'; readonly name: string; readonly address: string }
  | { readonly says: 'alias'; readonly name: string; readonly canonical: string }
  | { readonly says: 'failure'; readonly failure: LookupFailure; readonly server?: string }
  /** No server was left to ask; why, the lines before tell. */
  | { readonly says: 'gave-up' }
)

type Rule = readonly [RegExp, (parts: readonly string[]) => Fact | undefined]

/** A name as it may be shown to a person: no blanks, no control characters. */
const NAME = '([!-~]{1,255})'
const rule = (pattern: string, read: Rule[1]): Rule => [new RegExp(`^${pattern}$`), read]

const RULES: readonly Rule[] = [
  rule(`Server:\\s+${NAME}`, ([server = '']) => ({ says: 'server', server })),
  rule(`Name:\\s+${NAME}`, ([name = '']) => ({ says: 'name', name: bare(name) })),
  rule(`Address:\\s+${NAME}`, ([text = '']) => readAddress(text)),
  rule(`Address \\d+:\\s+${NAME}(?:\\s+${NAME})?`, ([address = '', pointer]) => {
    if (isIP(address) === 0) return undefined
    return { says: 'address', ...defined({ dialect: 'busybox-1.28' as const, address, pointer }) }
  }),
  rule(`${NAME}\\s+name = ${NAME}`, ([reverse = '', name = '']) => {
    const address = addressOfReverseName(reverse)
    if (address === undefined) return undefined
    // BIND shows no server here, but the dot of an absolute name, which busybox leaves out.
    const dialect = name.endsWith('.') ? ('bind' as const) : undefined
    return { says: 'pointer', ...defined({ dialect }), name: bare(name), address }
  }),
  rule(`${NAME}\\s+canonical name = ${NAME}`, ([name = '', canonical = '']) => {
    return { says: 'alias', name: bare(name), canonical: bare(canonical) }
  }),
  rule(`\\*\\* server can't find ${NAME}: ${NAME}`, ([name = '', rcode = '']) => {
    return failed({ ...rcodeFailure(rcode), name: bare(name) })
  }),
  rule(`\\*\\*\\* Can't find ${NAME}: No answer`, ([name = '']) => {
    return failed({ reason: 'no-answer', name: bare(name) })
  }),
  rule(`;; Got ([A-Z]+) reply from ${NAME}(?:, trying next server)?`, ([rcode = '', from = '']) => {
    return failed(rcodeFailure(rcode), 'bind', from.replace(/,$/, ''))
  }),
  rule(`;; communications error to ${NAME}: (.*)`, ([server = '', why = '']) => {
    return transport(why, 'bind', server.replace(/#\d+$/, ''))
  }),
  rule(';; no servers could be reached', () => ({ says: 'gave-up', dialect: 'bind' })),
  // BIND before 9.18 has the same words; nothing else of its output is there to tell by.
  rule(';; connection timed out; no servers could be reached', () => {
    return { says: 'gave-up', dialect: 'busybox' }
  }),
  rule(`nslookup: can't resolve '${NAME}'(?:: .*)?`, ([name = '']) => {
    // With musl, 1.28 says this of a server it was not given, and goes on to the answer.
    if (name === '(null)') return undefined
    return failed({ reason: 'unresolved', name: bare(name) }, 'busybox-1.28')
  }),
  rule(`nslookup: bad address '${NAME}'`, ([name = '']) => {
    return failed({ reason: 'unresolved', name: bare(name) }, 'busybox')
  }),
  rule(`nslookup: write to '${NAME}': (.*)`, ([server = '', why = '']) => {
    return transport(why, 'busybox', server)
  }),
  rule('nslookup: (?:.*: )?([A-Z][a-z ]+)', ([why = '']) => transport(why, 'busybox')),
]

/** The fact in a line, or undefined where it has none. */
export function readLine(line: string): Fact | undefined {
  const text = line.trimEnd()
  for (const [pattern, read] of RULES) {
    const found = pattern.exec(text)
    if (found !== null) return read(found.slice(1))
  }
  return undefined
}

/** `10.32.0.1` is an answer's; the server's has a port, which busybox and BIND write differently. */
function readAddress(text: string): Fact | undefined {
  const [, address = text, sign] = /^\[?([0-9a-fA-F.:]+?)\]?([:#])\d+$/.exec(text) ?? []
  if (isIP(text) !== 0) return { says: 'address', address: text }
  if (isIP(address) === 0) return undefined
  return { says: 'address', address, dialect: sign === '#' ? 'bind' : 'busybox' }
}

function rcodeFailure(rcode: string): LookupFailure {
  if (rcode === 'NXDOMAIN') return { reason: 'nxdomain' }
  if (rcode === 'SERVFAIL') return { reason: 'servfail' }
  return { reason: 'other-rcode', rcode }
}

const TRANSPORT = [
  [/^connection refused$/i, 'refused'],
  [/^timed out$/i, 'timeout'],
  [/unreachable|no route to host|not permitted/i, 'unreachable'],
] as const

function transport(why: string, dialect: Dialect, server?: string): Fact | undefined {
  const reason = TRANSPORT.find(([words]) => words.test(why))?.[1]
  return reason && failed({ reason }, dialect, server)
}

function failed(failure: LookupFailure, dialect?: Dialect, server = ''): Fact {
  const from = isIP(server) === 0 ? undefined : server
  return { says: 'failure', failure, ...defined({ dialect, server: from }) }
}

function bare(name: string): string {
  return name.length > 1 ? name.replace(/\.$/, '') : name
}
