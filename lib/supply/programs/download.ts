import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { type Answer, type Client, discard, explainFetch, isUnreachable } from './http.ts'
import type { Job } from './job.ts'
import { megabytes, type Say, throttled } from './progress.ts'

/** One file to fetch. */
export interface Download {
  readonly url: string
  /** Its final name; the unfinished one is that plus `.part`. */
  readonly file: string
  /** `sha256:…` or `sha512:…`. */
  readonly sum: string
  /** Bytes that are accepted at most. */
  readonly limit: number
}

/** How often a broken transfer is taken up again, as long as each try brings something. */
const TRIES = 5

/**
 * Fetches a file, going on where an earlier try stopped. The final name appears only when the sum
 * over the whole is right. Rejects with a plain Error naming what failed.
 */
export async function download(
  client: Client,
  wanted: Download,
  { say, signal }: Pick<Job, 'say' | 'signal'>,
): Promise<void> {
  await mkdir(dirname(wanted.file), { recursive: true })
  const part = `${wanted.file}.part`
  let resumed = (await sizeOf(part)) > 0
  for (let tries = 1; ; tries++) {
    const before = await sizeOf(part)
    try {
      await transfer(client, wanted, throttled(say), signal)
    } catch (error) {
      signal.throwIfAborted()
      const stuck = (await sizeOf(part)) <= before
      if (error instanceof Refused || isUnreachable(error) || isLocal(error)) throw error
      if (stuck || tries >= TRIES) throw new Error(explainFetch(error), { cause: error })
      say(`${explainFetch(error)}; continuing`)
      resumed = true
      continue
    }
    const got = await sumOf(part, wanted.sum)
    if (got === wanted.sum) return finish(part, wanted.file)
    await rm(part, { force: true })
    // Two halves of different files: an earlier try may have got its half from elsewhere.
    if (!resumed) throw new Refused(`its sum is ${got}, not the pinned ${wanted.sum}`)
    resumed = false
    say('the parts do not match; starting over')
  }
}

/** An answer that another try would not better. */
class Refused extends Error {
  override readonly name = 'Refused'
}

async function transfer(
  client: Client,
  wanted: Download,
  say: Say,
  signal: AbortSignal,
): Promise<void> {
  const have = await sizeOf(`${wanted.file}.part`)
  const answer = await client.get(wanted.url, have > 0 ? { range: `bytes=${have}-` } : {}, signal)
  try {
    // Nothing is left to send: the sum decides whether what is here is the file.
    if (answer.status === 416 && have > 0) return
    if (answer.status !== 200 && answer.status !== 206) {
      throw new Refused(`${new URL(wanted.url).host} answers ${answer.status}`)
    }
    if (/^text\/html/i.test(String(answer.headers['content-type'] ?? ''))) {
      throw new Refused(`${new URL(answer.url).host} answers with a web page, not with the file`)
    }
    const from = answer.status === 206 ? startOf(answer) : 0
    if (from !== 0 && from !== have) throw new Refused('the server resumes at another offset')
    await append(wanted, from, answer, say)
  } finally {
    discard(answer)
  }
}

async function append({ file, limit }: Download, from: number, answer: Answer, say: Say) {
  const length = Number(answer.headers['content-length'] ?? NaN)
  const total = Number.isFinite(length) ? from + length : null
  if (total !== null && total > limit) throw new Refused(tooBig(total, limit))
  const part = await open(`${file}.part`, 'a')
  try {
    await part.truncate(from)
    let at = from
    for await (const chunk of answer.body as AsyncIterable<Buffer>) {
      at += chunk.length
      if (at > limit) throw new Refused(tooBig(at, limit))
      await part.write(chunk)
      say(`${megabytes(at)}${total === null ? '' : ` of ${megabytes(total)}`}`)
    }
    if (total !== null && at < total)
      throw new Error(`the transfer ended at ${at} of ${total} bytes`)
  } finally {
    await part.close()
  }
}

function tooBig(bytes: number, limit: number): string {
  return `it is larger than expected: ${megabytes(bytes)}, at most ${megabytes(limit)} are taken`
}

/** Where a partial answer starts (RFC 9110, section 14.4). */
function startOf({ headers }: Answer): number {
  const match = /^bytes (\d+)-/.exec(String(headers['content-range'] ?? ''))
  return match === null ? 0 : Number(match[1])
}

async function sizeOf(path: string): Promise<number> {
  return (await stat(path).catch(() => null))?.size ?? 0
}

/** The sum of a file by the same algorithm as `like`, in the same form. */
async function sumOf(path: string, like: string): Promise<string> {
  const algorithm = like.slice(0, like.indexOf(':'))
  const hash = createHash(algorithm)
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash)
  return `${algorithm}:${hash.digest('hex')}`
}

async function finish(part: string, file: string): Promise<void> {
  const handle = await open(part)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(part, file)
}

/** Failures of this machine's disk: no fault of the server. */
function isLocal(error: unknown): boolean {
  return (
    error instanceof Error &&
    'syscall' in error &&
    ['write', 'open'].includes(String(error.syscall))
  )
}
