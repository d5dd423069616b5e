import { randomInt } from 'node:crypto'
import {
  type Answer,
  decode,
  type DecodedPacket,
  type RecordType,
  RECURSION_DESIRED,
  streamEncode,
} from 'dns-packet'
import { messageOf } from '../core/errors.ts'
import type { Json } from '../core/json.ts'

/** Bytes that are no DNS answer, or a name that no query can carry. */
export class DnsMessageError extends Error {
  override readonly name = 'DnsMessageError'
}

export type DnsAnswer = ReturnType<typeof readAnswer>

const HEADER_LENGTH = 12

/**
 * A query as DNS over TCP wants it, length first: what `nc SERVER 53` gets on its standard input.
 * Throws DnsMessageError where the name is none.
 */
export function tcpQuery(name: string, type: RecordType, id = randomInt(0x10000)): Uint8Array {
  const bare = name.endsWith('.') ? name.slice(0, -1) : name
  // The library would write lengths that mean something else, and a garbled query with them.
  const labels = bare.split('.').map((label) => Buffer.byteLength(label))
  const total = labels.reduce((sum, length) => sum + length + 1, 1)
  if (labels.some((length) => length === 0 || length > 63) || total > 255) {
    throw new DnsMessageError(
      `'${name}' cannot be a DNS name: labels have 1 to 63 bytes, 255 in all`,
    )
  }
  const questions = [{ type, name: bare }]
  return streamEncode({ type: 'query', id: id & 0xffff, flags: RECURSION_DESIRED, questions })
}

/**
 * Reads the first message of what came back over TCP; what follows it is ignored. The bytes may be
 * anything. Throws DnsMessageError that says what is wrong with them.
 */
export function readTcpAnswer(bytes: Uint8Array): DnsAnswer {
  return readAnswer(messageIn(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)))
}

/** Reads one message, without a length before it. Throws DnsMessageError likewise. */
export function readAnswer(message: Buffer) {
  const packet = decoded(message)
  if (!packet.flag_qr) throw new DnsMessageError('the message is a query, not an answer')
  const [question] = packet.questions ?? []
  return {
    /** That of the query it answers. */
    id: packet.id ?? 0,
    /** `NOERROR`, `NXDOMAIN`, `SERVFAIL`, `REFUSED` ... */
    rcode: packet.rcode,
    /** The server is in charge of the zone (AA). */
    authoritative: packet.flag_aa,
    /** There was more than the message could hold (TC). */
    truncated: packet.flag_tc,
    /** The first question, as the server repeats it. */
    ...(question && { question: { name: printable(question.name), type: question.type } }),
    answers: (packet.answers ?? []).map(toRecord),
    /** A negative answer that may be kept names the zone's SOA record. */
    soa: (packet.authorities ?? []).some(({ type }) => type === 'SOA'),
  }
}

/** The whole messages of a connection, each with its two bytes of length; the last one may still be on its way. */
export function wholeMessages(bytes: Uint8Array): readonly Uint8Array[] {
  const messages: Uint8Array[] = []
  for (let rest = bytes; ;) {
    const [high, low] = rest
    const length = high === undefined || low === undefined ? Infinity : 2 + 256 * high + low
    if (rest.length < length) return messages
    messages.push(rest.subarray(0, length))
    rest = rest.subarray(length)
  }
}

/** The message behind its two bytes of length. */
function messageIn(bytes: Buffer): Buffer {
  if (bytes.length === 0) throw new DnsMessageError('no answer: the connection was closed')
  if (bytes.length === 1) throw new DnsMessageError('the answer is cut off after 1 byte')
  const announced = bytes.readUInt16BE(0)
  const message = bytes.subarray(2, 2 + announced)
  if (message.length < announced) {
    throw new DnsMessageError(
      `the answer is cut off: ${String(announced)} bytes announced, ${String(message.length)} received`,
    )
  }
  if (announced < HEADER_LENGTH) {
    throw new DnsMessageError(`a DNS message has at least 12 bytes, this one ${String(announced)}`)
  }
  return message
}

/** The types of the library do not know the response code. */
type Packet = DecodedPacket & { readonly rcode: string }

function decoded(message: Buffer): Packet {
  try {
    return decode(message) as Packet
  } catch (error) {
    throw new DnsMessageError(`the answer cannot be read: ${messageOf(error)}`, { cause: error })
  }
}

/**
 * Name and content as the server wrote them, without the final dot. The content is text for A, AAAA, CNAME, NS
 * and PTR, a list of texts for TXT, an object for SRV, SOA and the like; bytes as hex.
 */
function toRecord(answer: Answer) {
  const { name, type } = answer
  const data: unknown = 'data' in answer ? answer.data : null
  const texts = type === 'TXT' && Array.isArray(data) ? data.map(String) : null
  return { name: printable(name), type, data: toJson(texts ?? data) }
}

function toJson(value: unknown): Json {
  if (Buffer.isBuffer(value)) return value.toString('hex')
  if (Array.isArray(value)) return value.map(toJson)
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toJson(item)]))
  }
  if (typeof value === 'string') return printable(value)
  return typeof value === 'number' || typeof value === 'boolean' ? value : null
}

/** A name may hold any byte, those that move a terminal's cursor too; zone files write `\027`. */
function printable(text: string): string {
  // eslint-disable-next-line no-control-regex -- these are what it is about
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, (character) => {
    return `\\${String(character.charCodeAt(0)).padStart(3, '0')}`
  })
}
