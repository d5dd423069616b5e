import { defined } from '../core/defined.ts'
import { StepError } from '../core/errors.ts'
import { at, type Json, listAt, parseJson, textAt } from '../core/json.ts'
import type { Figures } from '../core/look-data.ts'
import type { ClusterReader, ExecResult, PodContainer } from '../ports/cluster.ts'
import {
  askCommand,
  PROBER,
  type ProberPath,
  type ProberRequest,
  PUT_PROBER,
} from '../ports/prober-commands.ts'
import type { CellTold, Questions, Told } from './asking.ts'
import { type DnsAnswer, DnsMessageError, readAnswer } from './message.ts'
import type { NameAnswer, NameWanted } from './name-checks.ts'
import { reverseNameOf } from './reverse-name.ts'

/** So many show the loss of one in a hundred, and leave the servers and this machine in peace. */
const QUESTIONS = 100
/** In one exec, however many servers there are. */
const MOST = 4_000
/** A healthy answer takes a millisecond; what has not come by then is lost. */
const LOST_AFTER_MS = 2_000
/** More than the packets of any network hold, those with jumbo frames included; TCP itself sends again what is lost. */
const LARGE = { count: 2, pad: 12_000 } as const
/** Names are asked once more where an answer is lost, as resolvers do. */
const NAME = { count: 2, timeoutMs: 1_000 } as const
/** Servers further up may take their time: CoreDNS gives each two seconds. */
const EXTERNAL = { count: 1, timeoutMs: 4_000 } as const
/** For the exec as a whole: the prober ends by itself, and long before. */
const PATIENCE_MS = 10_000
/** It prints its resolv.conf before it asks; where that does not come, its kubelet hangs. */
const START_MS = 4_000
/** An `execve` that fails, as shells and runtimes tell it. */
const NOT_STARTED = [126, 127]

/** A pod, and where the prober lies in it. */
export type WithProber = PodContainer & { readonly prober: ProberPath }

/**
 * All questions of one worker in one exec, by the prober at that place of its probe; null where there is none.
 * @throws StepError where it cannot be asked
 */
export async function askByProber(
  cluster: ClusterReader,
  { prober, ...of }: WithProber,
  questions: Questions,
  patienceMs = PATIENCE_MS,
): Promise<Told | null> {
  const { servers, address: right, names } = questions
  const requests = requestsFor(questions)
  const lines = await linesOf(cluster, of, askCommand(prober, requests), patienceMs)
  if (lines === null) return null
  const results = new Map(lines.map((line) => [at(line, 'id'), line]))
  const resultOf = (i: number): Json | undefined => results.get(i)
  return {
    resolvConf: lines.flatMap((line) => textAt(line, 'resolvConf') ?? [])[0] ?? '',
    cell(address, protocol) {
      const place = servers.findIndex((server) => server.address === address)
      const i = 2 * place + PROTOCOLS.indexOf(protocol)
      const told = cellIn(resultOf(i), requests[i]?.count ?? 0, right)
      const large = requests.findIndex(({ pad, after }) => pad !== undefined && after === i)
      return { ...told, ...defined({ large: largeIn(told, resultOf(large)) }) }
    },
    name: (wanted) => nameIn(resultOf(2 * servers.length + names.indexOf(wanted)), wanted),
  }
}

const PROTOCOLS = ['udp', 'tcp'] as const

function requestsFor({ servers, full, names }: Questions): readonly ProberRequest[] {
  const count = Math.max(1, Math.min(QUESTIONS, Math.floor(MOST / (2 * servers.length))))
  const ofServers = servers.flatMap(({ address: server }) =>
    PROTOCOLS.map((protocol) => {
      return { server, protocol, name: full, count, timeoutMs: LOST_AFTER_MS } as const
    }),
  )
  const first = ofServers.length + names.findIndex(({ kind }) => kind === 'full')
  const ofNames = names.map(({ kind, name }): ProberRequest => {
    if (kind === 'reverse') return { name: reverseNameOf(name), type: 'PTR', ...NAME }
    // Behind a server that is silent nobody is waited for.
    return kind === 'external' ? { name, ...EXTERNAL, after: first } : { name, ...NAME }
  })
  const large = servers.flatMap(({ address: server, large: asked }, place): ProberRequest[] => {
    const small = 2 * place + PROTOCOLS.indexOf('tcp')
    const base = { server, protocol: 'tcp', name: full, timeoutMs: LOST_AFTER_MS } as const
    return asked === undefined ? [] : [{ ...base, ...LARGE, after: small }]
  })
  return [...ofServers, ...ofNames, ...large]
}

/** Where small ones are lost as well, or the system says why, it is about something else than their size. */
function largeIn({ asked, answered }: CellTold, result: Json | undefined): CellTold['large'] {
  const { sent, lost } = figuresOf(result ?? {})
  if (result === undefined || sent === 0) return undefined
  if (lost < sent) return 'answered'
  return answered === asked && listAt(result, 'errors').length === 0 ? 'lost' : undefined
}

/** What it printed; null where there is no such program. */
async function linesOf(
  cluster: ClusterReader,
  of: PodContainer,
  argv: readonly string[],
  timeoutMs: number,
): Promise<readonly Json[] | null> {
  try {
    const ended = await cluster.exec(of, argv, { timeoutMs, startMs: START_MS, partial: true })
    if (notStarted(ended)) return null
    const text = Buffer.from(ended.stdout).toString('utf8')
    return text.split('\n').flatMap((line) => parseJson(line) ?? [])
  } catch (error) {
    if (isMissing(error)) return null
    throw error
  }
}

/** Some runtimes end the exec with a code of their own, and name the program that they could not start. */
export function notStarted({ code, stdout, stderr }: ExecResult): boolean {
  if (code === null || code === 0) return false
  return NOT_STARTED.includes(code) || (stdout.length === 0 && namesProber(stderr))
}

/** The container's runtime names the program that it could not start. */
export function isMissing(error: unknown): boolean {
  const seen = error instanceof StepError ? (error.explanation.seen ?? []) : []
  return seen.some(namesProber)
}

function namesProber(line: string): boolean {
  return line.includes(PROBER) || line.includes(PUT_PROBER)
}

function cellIn(result: Json | undefined, asked: number, right: string): CellTold {
  const base = { asked, answered: 0, wrong: [] }
  if (result === undefined) return { ...base, notProven: 'its probe did not tell in time' }
  const errors = listAt(result, 'errors').flatMap((one) => textAt(one, 'what') ?? [])
  const unsent = numberAt(result, 'unsent')
  if (unsent > 0) {
    return { ...base, notProven: `${unsent} of ${asked} could not be asked: ${errors.join(', ')}` }
  }
  const answers = listAt(result, 'answers').map((one) => {
    const found = addressIn(textAt(one, 'what') ?? '')
    return { found, isRight: found === right, count: numberAt(one, 'count') }
  })
  const figures = figuresOf(result)
  // Answers of others are not taken; where the server's own were, they have done no harm.
  const strangers = figures.lost === 0 ? [] : listAt(result, 'strangers')
  return {
    asked,
    answered: answers.reduce((sum, { isRight, count }) => sum + (isRight ? count : 0), 0),
    wrong: [
      ...new Set(answers.flatMap(({ isRight, found }) => (isRight ? [] : [found]))),
      ...strangers.map((one) => `${textAt(one, 'what') ?? ''} answers in its place`),
    ],
    figures,
    ...(errors.length === 0 ? {} : { errors }),
  }
}

export function figuresOf(result: Json): Figures {
  const [sent, lost] = [numberAt(result, 'sent'), numberAt(result, 'lost')]
  const [p50, p99, max] = [
    numberAt(result, 'p50'),
    numberAt(result, 'p99'),
    numberAt(result, 'max'),
  ]
  return { sent, lost, p50, p99, max }
}

function numberAt(value: Json | undefined, key: string): number {
  const found = at(value, key)
  return typeof found === 'number' ? found : 0
}

function read(hex: string): DnsAnswer | string {
  if (!/^(?:[0-9a-f]{2}){12,}$/.test(hex)) return hex
  try {
    return readAnswer(Buffer.from(hex, 'hex'))
  } catch (error) {
    if (!(error instanceof DnsMessageError)) throw error
    return error.message
  }
}

/** The address in an answer, else what it says instead. */
function addressIn(hex: string): string {
  const answer = read(hex)
  if (typeof answer === 'string') return answer
  const found = answer.answers.find(({ type }) => type === 'A')?.data
  return typeof found === 'string' ? found : rcodeOf(answer)
}

function rcodeOf({ rcode, truncated }: DnsAnswer): string {
  if (rcode !== 'NOERROR') return rcode
  return truncated ? 'truncated' : 'no-answer'
}

function nameIn(result: Json | undefined, { kind }: NameWanted): NameAnswer {
  const [first] = listAt(result, 'answers')
  const hex = textAt(first, 'what')
  if (hex === undefined) return { found: null, said: 'no answer' }
  const answer = read(hex)
  if (typeof answer === 'string') return { found: null, said: answer }
  const wanted = kind === 'reverse' ? 'PTR' : 'A'
  const data = answer.answers.find(({ type }) => type === wanted)?.data
  const found = typeof data === 'string' ? data : null
  return { found, said: rcodeOf(answer) }
}
