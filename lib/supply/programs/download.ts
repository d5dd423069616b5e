import { mkdir, open, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { type Answer, type Client, discard, explainFetch, isUnreachable } from './http.ts'
import { type Job, megabytes, type Progress, throttled } from './job.ts'
import { hexDigestOf } from './record.ts'

/** One file to fetch. */
export type Download = {
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

/** Fetches a file, continuing an earlier try; its final name appears once the sum is right. Rejects with an Error. */
export async function download(
  client: Client,
  wanted: Download,
  { progress, signal }: Pick<Job, 'progress' | 'signal'>,
): Promise<void> {
  await mkdir(dirname(wanted.file), { recursive: true })
  const part = `${wanted.file}.part`
  let resumed = (await sizeOf(part)) > 0
  for (let tries = 1; ; tries++) {
    const before = await sizeOf(part)
    try {
      await transfer(client, wanted, throttled(progress), signal)
    } catch (error) {
      signal.throwIfAborted()
      const stuck = (await sizeOf(part)) <= before
      if (error instanceof Refused || isUnreachable(error) || isLocal(error)) throw error
      if (stuck || tries >= TRIES) throw new Error(explainFetch(error), { cause: error })
      progress(`${explainFetch(error)}; continuing`)
      resumed = true
      continue
    }
    const [algorithm = ''] = wanted.sum.split(':')
    const got = `${algorithm}:${await hexDigestOf(part, algorithm)}`
    if (got === wanted.sum) return rename(part, wanted.file)
    await rm(part, { force: true })
    // Two halves of different files: an earlier try may have got its half from elsewhere.
    if (!resumed) throw new Refused(`its sum is ${got}, not the pinned ${wanted.sum}`)
    resumed = false
    progress('the parts do not match, starting over')
  }
}

/** An answer that another try would not better. */
class Refused extends Error {
  override readonly name = 'Refused'
}

async function transfer(
  client: Client,
  wanted: Download,
  progress: Progress,
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
    await append(wanted, from, answer, progress)
  } finally {
    discard(answer)
  }
}

async function append({ file, limit }: Download, from: number, answer: Answer, progress: Progress) {
  const length = Number(answer.headers['content-length'] ?? NaN)
  const total = Number.isFinite(length) ? from + length : null
  if (total !== null && total > limit) throw new Refused(tooBig(total, limit))
  await using part = await open(`${file}.part`, 'a')
  await part.truncate(from)
  let at = from
  for await (const chunk of answer.body as AsyncIterable<Buffer>) {
    at += chunk.length
    if (at > limit) throw new Refused(tooBig(at, limit))
    await part.write(chunk)
    progress(`${megabytes(at)}${total === null ? '' : ` of ${megabytes(total)}`}`)
  }
  if (total !== null && at < total) {
    throw new Error(`the transfer ended at ${at} of ${total} bytes`)
  }
}

function tooBig(bytes: number, limit: number): string {
  return `it is larger than expected: ${megabytes(bytes)}, at most ${megabytes(limit)} are taken`
}

/** Where a partial answer starts (RFC 9110, section 14.4). */
function startOf({ headers }: Answer): number {
  return Number(/^bytes (\d+)-/.exec(String(headers['content-range']))?.[1] ?? 0)
}

async function sizeOf(path: string): Promise<number> {
  return (await stat(path).catch(() => null))?.size ?? 0
}

/** Failures of this machine's disk: no fault of the server. */
function isLocal(error: unknown): boolean {
  if (!(error instanceof Error) || !('syscall' in error)) return false
  return error.syscall === 'write' || error.syscall === 'open'
}
