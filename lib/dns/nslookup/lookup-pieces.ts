import { readNslookup } from './nslookup.ts'
import { DnsMessageError, readTcpAnswer } from '../message.ts'

/** One lookup out of many in one exec, as lib/ports/lookup-script.ts prints them. */
export type Piece = {
  readonly what: 'file' | 'udp' | 'tcp' | 'name'
  /** The file, the server that was asked, or the name that was looked up. */
  readonly of: string
  readonly text: string
}

/** The pieces that came out whole. */
export function piecesOf(stdout: Uint8Array): readonly Piece[] {
  const whole = Buffer.from(stdout).toString('utf8').split('\u001e').slice(0, -1)
  return whole.flatMap((piece) => {
    const [head, text] = cutAtLine(piece)
    const [what, of = ''] = head.split(' ')
    return isWhat(what) ? [{ what, of, text }] : []
  })
}

function isWhat(what: string | undefined): what is Piece['what'] {
  return what === 'file' || what === 'udp' || what === 'tcp' || what === 'name'
}

function cutAtLine(text: string): readonly [string, string] {
  const end = text.indexOf('\n')
  return end < 0 ? [text, ''] : [text.slice(0, end), text.slice(end + 1)]
}

/** What one question led to. */
export type LookupResult =
  { readonly is: 'right' | 'lost' } | { readonly is: 'wrong'; readonly got: string }

/** What a server told that was asked for a name with that address. */
export function resultIn({ what, text }: Piece, address: string): LookupResult {
  return what === 'udp' ? udpResult(text, address) : tcpResult(text, address)
}

/** An answer of nslookup: right where it has the address, whatever the exit code. */
function udpResult(said: string, address: string): LookupResult {
  const { answers, outcome } = readNslookup({ stdout: said, stderr: '', code: 0 })
  const [first] = answers
  if (first !== undefined) {
    return first.address === address ? { is: 'right' } : { is: 'wrong', got: first.address }
  }
  const spoke = ['nxdomain', 'servfail', 'other-rcode', 'no-answer'].includes(outcome)
  return spoke ? { is: 'wrong', got: outcome } : { is: 'lost' }
}

/** An answer by TCP, in hexadecimal. */
function tcpResult(said: string, address: string): LookupResult {
  const hex = said.replaceAll(/\s/g, '')
  if (!/^([0-9a-f]{2})+$/.test(hex)) return { is: 'lost' }
  try {
    const { rcode, answers } = readTcpAnswer(Buffer.from(hex, 'hex'))
    const found = answers.find(({ type }) => type === 'A')?.data
    if (found === address) return { is: 'right' }
    return { is: 'wrong', got: typeof found === 'string' ? found : rcode }
  } catch (error) {
    if (!(error instanceof DnsMessageError)) throw error
    return { is: 'wrong', got: error.message }
  }
}
