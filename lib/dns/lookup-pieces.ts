import { readNslookup } from './nslookup.ts'
import { DnsMessageError, readTcpAnswer } from './message.ts'

/** One lookup out of several in one exec, as lib/cluster/lookup-scripts.ts prints them. */
export interface Piece {
  /** The first line. */
  readonly head: string
  readonly text: string
}

/** The pieces that came out whole. */
export function piecesOf(stdout: Uint8Array): readonly Piece[] {
  const whole = Buffer.from(stdout).toString('utf8').split('\u001e').slice(0, -1)
  return whole.map((piece) => {
    const end = piece.indexOf('\n')
    return { head: piece.slice(0, end), text: piece.slice(end + 1) }
  })
}

/** What one question led to. `ms` is there with every answer, right or not. */
export type Told =
  | { readonly is: 'right'; readonly ms: number }
  | { readonly is: 'wrong'; readonly got: string; readonly ms: number }
  | { readonly is: 'lost' }

/** An answer of nslookup to a question by UDP: right where it has the address, whatever the exit code. */
export function udpTold({ head, text }: Piece, address: string): Told {
  const { answers, outcome } = readNslookup({ stdout: text, stderr: '', code: 0 })
  const [first] = answers
  const ms = elapsed(head)
  if (first !== undefined) {
    return first.address === address ? { is: 'right', ms } : { is: 'wrong', got: first.address, ms }
  }
  const spoke = ['nxdomain', 'servfail', 'other-rcode', 'no-answer'].includes(outcome)
  return spoke ? { is: 'wrong', got: outcome, ms } : { is: 'lost' }
}

/** An answer by TCP, in hexadecimal. */
export function tcpTold({ head, text }: Piece, address: string): Told {
  const hex = text.replaceAll(/\s/g, '')
  if (!/^([0-9a-f]{2})+$/.test(hex)) return { is: 'lost' }
  const ms = elapsed(head)
  try {
    const { rcode, answers } = readTcpAnswer(Buffer.from(hex, 'hex'))
    const found = answers.find(({ type }) => type === 'A')?.data
    if (found === address) return { is: 'right', ms }
    return { is: 'wrong', got: typeof found === 'string' ? found : rcode, ms }
  } catch (error) {
    if (!(error instanceof DnsMessageError)) throw error
    return { is: 'wrong', got: error.message, ms }
  }
}

/** Milliseconds between two uptimes in seconds. */
function elapsed(head: string): number {
  const [start = 0, end = 0] = head.split(' ').map(Number)
  const ms = Math.round((end - start) * 1000)
  return Number.isFinite(ms) ? Math.max(0, ms) : 0
}
