import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'

/** One websocket of the stub: frames as Kubernetes uses them, the first byte being the channel. */
export interface StubSocket {
  readonly url: string
  readonly userAgent: string | undefined
  /** Calls with every frame that arrives. */
  onFrame: (channel: number, data: Buffer) => void
  send(channel: number, data: string | Uint8Array): void
  /** A binary frame as it is. */
  raw(data: Uint8Array): void
  close(): void
}

/** Accepts a websocket by hand (RFC 6455), enough for tests: frames below 64 KiB, no fragments. */
export function accept(request: IncomingMessage, socket: Duplex): StubSocket {
  const key = request.headers['sec-websocket-key'] ?? ''
  const proof = createHash('sha1')
    .update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
    .digest('base64')
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${proof}\r\nSec-WebSocket-Protocol: v5.channel.k8s.io\r\n\r\n`,
  )
  const stub: StubSocket = {
    url: request.url ?? '',
    userAgent: request.headers['user-agent'],
    onFrame: () => undefined,
    send: (channel, data) => {
      stub.raw(Buffer.concat([Buffer.of(channel), Buffer.from(data)]))
    },
    raw: (data) => socket.write(frame(data)),
    close: () => socket.destroy(),
  }
  let rest: Buffer = Buffer.alloc(0)
  socket.on('error', () => undefined)
  socket.on('data', (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk])
    for (;;) {
      const read = unframe(rest)
      if (read === null) return
      rest = read.rest
      if (read.opcode === 2) stub.onFrame(read.data[0] ?? 0, read.data.subarray(1))
    }
  })
  return stub
}

function frame(data: Uint8Array): Buffer {
  const head =
    data.length < 126
      ? Buffer.of(0x82, data.length)
      : Buffer.of(0x82, 126, data.length >> 8, data.length & 255)
  return Buffer.concat([head, data])
}

function unframe(bytes: Buffer): { opcode: number; data: Buffer; rest: Buffer } | null {
  if (bytes.length < 2) return null
  let length = (bytes[1] ?? 0) & 127
  let at = 2
  if (length === 126) {
    if (bytes.length < 4) return null
    length = bytes.readUInt16BE(2)
    at = 4
  }
  if (bytes.length < at + 4 + length) return null
  const mask = bytes.subarray(at, at + 4)
  const data = Buffer.from(
    bytes.subarray(at + 4, at + 4 + length).map((byte, i) => byte ^ (mask[i % 4] ?? 0)),
  )
  return { opcode: (bytes[0] ?? 0) & 15, data, rest: bytes.subarray(at + 4 + length) }
}
