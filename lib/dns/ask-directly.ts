import type { ClusterReader } from '../cluster/cluster.ts'
import { StepError } from '../errors.ts'
import type { Json } from '../json.ts'
import type { Told } from './lookup-pieces.ts'
import type { MatrixCell, MatrixTarget } from './matrix.ts'
import { type DnsAnswer, DnsMessageError, readTcpAnswer, tcpQuery } from './message.ts'

const PORT = 53
const PATIENCE_MS = 4_000

/** What the server itself has to know, whoever asks. */
export interface Known {
  readonly domain: string
  readonly kubernetes: string
}

interface Question {
  readonly name: string
  readonly type: 'A' | 'AAAA' | 'PTR'
  /** What it lacks, or null where it is right. */
  readonly fault: (answer: DnsAnswer) => string | null
}

/**
 * Asks a CoreDNS pod through a port-forward, past the pod network: tells a server that does not know
 * from a network that does not carry.
 */
export async function askDirectly(
  cluster: ClusterReader,
  known: Known,
  target: MatrixTarget,
): Promise<MatrixCell> {
  const questions = questionsOf(known)
  const base = { worker: '', target, protocol: 'tcp', via: 'port-forward' } as const
  try {
    const told = await Promise.all(questions.map((question) => ask(cluster, target.name, question)))
    const times = told.flatMap((one) => (one.is === 'lost' ? [] : [one.ms])).sort((a, b) => a - b)
    return {
      ...base,
      asked: questions.length,
      answered: told.filter(({ is }) => is === 'right').length,
      wrong: told.flatMap((one) => (one.is === 'wrong' ? [one.got] : [])),
      latencyMs: times[Math.floor(times.length / 2)] ?? null,
    }
  } catch (error) {
    if (!(error instanceof StepError)) throw error
    const { problem: notProven } = error.explanation
    return { ...base, asked: questions.length, answered: 0, wrong: [], latencyMs: null, notProven }
  }
}

async function ask(cluster: ClusterReader, pod: string, question: Question): Promise<Told> {
  const { name, type, fault } = question
  const since = performance.now()
  const bytes = await cluster.ask({ namespace: 'kube-system', pod }, PORT, tcpQuery(name, type), {
    until: isWhole,
    timeoutMs: PATIENCE_MS,
  })
  const ms = performance.now() - since
  try {
    const wrong = fault(readTcpAnswer(bytes))
    return wrong === null
      ? { is: 'right', ms }
      : { is: 'wrong', got: `${type} ${name} ${wrong}`, ms }
  } catch (error) {
    if (!(error instanceof DnsMessageError)) throw error
    return { is: 'wrong', got: `${type} ${name} ${error.message}`, ms }
  }
}

function isWhole(bytes: Uint8Array): boolean {
  return bytes.length >= 2 && bytes.length >= 2 + Buffer.from(bytes).readUInt16BE(0)
}

function questionsOf({ domain, kubernetes }: Known): readonly Question[] {
  const name = `kubernetes.default.svc.${domain}`
  const reverse = `${kubernetes.split('.').reverse().join('.')}.in-addr.arpa`
  return [
    { name, type: 'A', fault: (answer) => lacks(answer, 'A', kubernetes) },
    // The name exists and has no such address: neither NXDOMAIN nor an error.
    { name, type: 'AAAA', fault: ({ rcode }) => (rcode === 'NOERROR' ? null : rcode) },
    { name: reverse, type: 'PTR', fault: (answer) => lacks(answer, 'PTR', name) },
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
