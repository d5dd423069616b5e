import { isIP } from 'node:net'
import type { ClusterReader } from '../ports/cluster.ts'
import { StepError } from '../core/errors.ts'
import { type Json, textAt } from '../core/json.ts'
import type { MatrixCell, MatrixTarget, WrongAnswer } from '../core/look-data.ts'
import { reverseNameOf } from './reverse-name.ts'
import {
  type DnsAnswer,
  DnsMessageError,
  readTcpAnswer,
  tcpQuery,
  wholeMessages,
} from './message.ts'

const PORT = 53
const PATIENCE_MS = 4_000

/** What the server itself has to know, whoever asks. */
export type Known = {
  readonly domain: string
  readonly kubernetes: string
}

interface Question {
  readonly name: string
  readonly type: WrongAnswer['type']
  /** What it lacks, or null where it is right. */
  readonly fault: (answer: DnsAnswer) => string | null
}

/**
 * Asks a CoreDNS pod through a port-forward, past the pod network: tells a server that does not know
 * from a network that does not carry. All questions go over one connection (RFC 7766, section 6.2.1.1).
 */
export async function askDirectly(
  cluster: ClusterReader,
  known: Known,
  target: MatrixTarget,
): Promise<MatrixCell> {
  const questions = questionsOf(known)
  const base = {
    worker: '',
    target,
    protocol: 'tcp',
    via: 'port-forward',
    asked: questions.length,
  } as const
  try {
    const bytes = await cluster.exchange(
      { namespace: target.namespace ?? 'kube-system', pod: target.name },
      PORT,
      Buffer.concat(questions.map(({ name, type }, id) => tcpQuery(name, type, id))),
      {
        until: (answer) => wholeMessages(answer).length >= questions.length,
        timeoutMs: PATIENCE_MS,
      },
    )
    return { ...base, ...judged(questions, bytes) }
  } catch (error) {
    if (!(error instanceof StepError)) throw error
    const { problem: notProven } = error.explanation
    return { ...base, answered: 0, wrong: [], notProven }
  }
}

/** What came of each question. */
function judged(questions: readonly Question[], bytes: Uint8Array) {
  const answers: DnsAnswer[] = []
  let why = 'no answer: the connection was closed'
  for (const message of wholeMessages(bytes)) {
    try {
      answers.push(readTcpAnswer(message))
    } catch (error) {
      if (!(error instanceof DnsMessageError)) throw error
      why = error.message
    }
  }
  const wrong: string[] = []
  const wrongAnswers: WrongAnswer[] = []
  for (const [id, { name, type, fault }] of questions.entries()) {
    const answer = answers.find((one) => one.id === id)
    const got = answer === undefined ? why : fault(answer)
    if (got === null) continue
    wrong.push(`${type} ${name} ${got}`)
    if (answer !== undefined) wrongAnswers.push({ type, name: `${name}.`, got })
  }
  return { answered: questions.length - wrong.length, wrong, wrongAnswers }
}

function questionsOf({ domain, kubernetes }: Known): readonly Question[] {
  const name = `kubernetes.default.svc.${domain}`
  const reverse = reverseNameOf(kubernetes).slice(0, -1)
  // The Service kubernetes has one address, of the family that is the cluster's first.
  const [own, other] = isIP(kubernetes) === 6 ? (['AAAA', 'A'] as const) : (['A', 'AAAA'] as const)
  return [
    { name, type: own, fault: (answer) => lacks(answer, own, kubernetes) },
    // The name exists and has no such address: neither NXDOMAIN nor an error.
    { name, type: other, fault: ({ rcode }) => (rcode === 'NOERROR' ? null : rcode) },
    { name: reverse, type: 'PTR', fault: (answer) => lacks(answer, 'PTR', name) },
    // The port of a Service has a name, too; that of the Service kubernetes is https on every cluster.
    { name: `_https._tcp.${name}`, type: 'SRV', fault: (answer) => lacksTarget(answer, name) },
    {
      name: `hardway-absent.default.svc.${domain}`,
      type: 'A',
      fault: ({ rcode, soa }) =>
        rcode !== 'NXDOMAIN' ? rcode : soa ? null : 'NXDOMAIN without SOA',
    },
  ]
}

function lacks({ rcode, answers }: DnsAnswer, type: string, data: Json): string | null {
  const found = answers.filter((record) => record.type === type).map((record) => record.data)
  return found.includes(data) ? null : found.length > 0 ? found.map(String).join(', ') : rcode
}

/** The record says where, and on which port; the port is whatever the API server was told to have. */
function lacksTarget({ rcode, answers }: DnsAnswer, target: string): string | null {
  const found = answers.flatMap(({ type, data }) =>
    type === 'SRV' ? (textAt(data, 'target') ?? []) : [],
  )
  return found.includes(target) ? null : found.length > 0 ? found.join(', ') : rcode
}
