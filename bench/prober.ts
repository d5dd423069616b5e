import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { runOnce } from './measure.ts'

/** Questions of one round, one after the other. */
const QUESTIONS = 200
/** What the scripted server takes for each. */
const HOLDS_MS = 2

/**
 * A DNS server that takes its time, and knows how much: it answers once so many milliseconds have passed since it read the
 * question, and tells the microseconds that it really took. By UDP and by TCP at one port.
 */
const SERVER = `
import { createSocket } from 'node:dgram'
import { createServer } from 'node:net'
import { parentPort, workerData } from 'node:worker_threads'
const holds = BigInt(workerData) * 1000000n
function answered(query, send) {
  const since = process.hrtime.bigint()
  const answer = Buffer.from(query)
  answer.writeUInt16BE(0x8000 | answer.readUInt16BE(2), 2)
  // A timer is a millisecond off; nothing else is to be done meanwhile.
  while (process.hrtime.bigint() - since < holds);
  const took = Number(process.hrtime.bigint() - since) / 1000
  send(answer)
  parentPort.postMessage({ took })
}
// One port for both; where only one of them is free, another is tried.
function open() {
  const udp = createSocket('udp4', (query, { port, address }) => answered(query, (answer) => udp.send(answer, port, address)))
  udp.bind(0, '127.0.0.1', () => {
    const { port } = udp.address()
    const tcp = createServer({ noDelay: true }, (socket) => {
      socket.on('error', () => undefined)
      socket.on('data', (framed) => answered(framed.subarray(2), (answer) => {
        const length = Buffer.alloc(2)
        length.writeUInt16BE(answer.length)
        socket.write(Buffer.concat([length, answer]))
      }))
    })
    tcp.on('error', () => udp.close(open))
    tcp.listen(port, '127.0.0.1', () => parentPort.postMessage({ port }))
  })
}
open()
`

/** How true the prober measures against a server that knows what it took. */
export type Truth = {
  /** Milliseconds that it tells more than the server took: half of the questions, and 99 of 100. Never less than 0. */
  readonly p50: number
  readonly p99: number
  /** Questions that it tells as lost, of which there are none. */
  readonly lost: number
}

/** One round, by one protocol. */
export async function truthOf(
  prober: string,
  protocol: 'udp' | 'tcp',
  folder: string,
): Promise<Truth> {
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(SERVER)}`), {
    workerData: HOLDS_MS,
  })
  try {
    const took: number[] = []
    const [first] = (await once(worker, 'message')) as [{ port: number }]
    worker.on('message', (told: { took: number }) => took.push(told.took))
    const base = { server: '127.0.0.1', port: first.port, protocol, name: 'a.b' }
    const requests = Array.from({ length: QUESTIONS }, (_, i) =>
      JSON.stringify({ ...base, ...(i === 0 ? {} : { after: i - 1 }) }),
    )
    const { stdout } = await runOnce([prober, 'ask', ...requests], folder)
    const lines = stdout.trim().split('\n').slice(1)
    const told = lines
      .map((line) => JSON.parse(line) as { id: number; max: number; lost: number })
      .toSorted((a, b) => a.id - b.id)
    const more = told.map(({ max }, i) => (max - (took[i] ?? 0)) / 1000).toSorted((a, b) => a - b)
    const at = (share: number): number => more[Math.ceil(share * more.length) - 1] ?? Infinity
    return { p50: at(0.5), p99: at(0.99), lost: told.reduce((sum, { lost }) => sum + lost, 0) }
  } finally {
    await worker.terminate()
  }
}

/** Microseconds of processor that a question costs the prober, its start included; the server's are not among them. */
export async function processorOf(prober: string, folder: string): Promise<number> {
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(SERVER)}`), {
    workerData: 0,
  })
  try {
    const [{ port }] = (await once(worker, 'message')) as [{ port: number }]
    const count = 5_000
    const requests = (['udp', 'tcp'] as const).map((protocol) =>
      JSON.stringify({ server: '127.0.0.1', port, protocol, name: 'a.b', count }),
    )
    const { cpu } = await runOnce([prober, 'ask', ...requests], folder)
    return (cpu * 1_000_000) / (2 * count)
  } finally {
    await worker.terminate()
  }
}
