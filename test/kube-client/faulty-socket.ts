import type { ClientRequest, IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'

/** What may go wrong with a websocket to a pod, between program and API server. */
export type SocketFault = 'no handshake' | 'refused' | 'cut' | 'silent' | 'no status'

type Open = () => ClientRequest

/** Each takes over the program's end of a connection that asked for an upgrade. */
export const FAULTY_SOCKETS: Readonly<
  Record<SocketFault | 'none', (open: Open, client: Socket) => void>
> = {
  none: (open, client) => {
    join(open, client, (pod) => {
      pod.pipe(client)
    })
  },
  'no handshake': (_, client) => {
    client.resume()
  },
  refused: (_, client) => {
    client.end('HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n')
  },
  // The command runs, and its answer never comes.
  silent: (open, client) => {
    join(open, client, (pod) => {
      pod.resume()
    })
  },
  cut: (open, client) => {
    join(open, client, (pod) => {
      pod.once('data', () => client.destroy())
    })
  },
  'no status': (open, client) => {
    join(open, client, (pod) => {
      const frames = frameReader()
      pod.on('data', (chunk: Buffer) => {
        for (const { whole, channel } of frames(chunk)) {
          if (channel !== STATUS) client.write(whole)
          // A polite end of the websocket, as if the command had none.
          else client.end(Buffer.from([0x88, 0]))
        }
      })
    })
  },
}

const STATUS = 3

/** Opens the other half, answers the handshake, and leaves what the pod sends to `answers`. */
function join(open: Open, client: Socket, answers: (pod: Socket) => void): void {
  const out = open()
  out.on('upgrade', (answer: IncomingMessage, pod: Socket, head: Buffer) => {
    const lines = pairs(answer.rawHeaders).map(([name, value]) => `${name}: ${value}`)
    client.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join('\r\n')}\r\n\r\n`)
    if (head.length > 0) pod.unshift(head)
    pod.on('error', () => client.destroy())
    pod.on('close', () => client.destroySoon())
    client.on('close', () => pod.destroy())
    client.pipe(pod)
    answers(pod)
  })
  out.on('response', () => client.destroy())
  out.on('error', () => client.destroy())
  out.end()
}

function pairs(list: readonly string[]): readonly (readonly [string, string])[] {
  return list.flatMap((name, i) => (i % 2 === 0 ? [[name, list[i + 1] ?? ''] as const] : []))
}

/** Cuts what a server sends into websocket frames; the first byte of a frame's data is the channel. */
function frameReader() {
  let rest = Buffer.alloc(0)
  return (chunk: Buffer): readonly { whole: Buffer; channel: number | undefined }[] => {
    rest = Buffer.concat([rest, chunk])
    const frames: { whole: Buffer; channel: number | undefined }[] = []
    for (;;) {
      const size = sizeOf(rest)
      if (size === null || rest.length < size.head + size.data) return frames
      const whole = rest.subarray(0, size.head + size.data)
      const binary = (whole.readUInt8(0) & 0x0f) === 2
      frames.push({ whole, channel: binary && size.data > 0 ? whole[size.head] : undefined })
      rest = rest.subarray(whole.length)
    }
  }
}

/** Null while the head of the frame is not whole. What a server sends is never masked. */
function sizeOf(bytes: Buffer): { readonly head: number; readonly data: number } | null {
  if (bytes.length < 2) return null
  const short = bytes.readUInt8(1) & 0x7f
  if (short < 126) return { head: 2, data: short }
  if (short === 126) return bytes.length < 4 ? null : { head: 4, data: bytes.readUInt16BE(2) }
  return bytes.length < 10 ? null : { head: 10, data: Number(bytes.readBigUInt64BE(2)) }
}
