import { readFile } from 'node:fs/promises'
import type { Fetched, FetchOptions } from '../ports/host.ts'
import { messageOf, TooLargeError } from '../core/errors.ts'

/** GET over undici with limits on time and size; proxies as the environment says, unless `direct`. */
export async function httpGet(
  url: string,
  options: FetchOptions,
  userAgent: string,
): Promise<Fetched> {
  const { Agent, EnvHttpProxyAgent, request, interceptors } = await import('undici')
  const tls = options.tls
  const connect =
    tls === undefined
      ? {}
      : {
          ca: await readFile(tls.ca),
          ...(tls.cert === undefined ? {} : { cert: await readFile(tls.cert) }),
          ...(tls.key === undefined ? {} : { key: await readFile(tls.key) }),
        }
  const agent =
    options.direct === true ? new Agent({ connect }) : new EnvHttpProxyAgent({ connect })
  const signal = AbortSignal.timeout(options.timeoutMs)
  try {
    const dispatcher = agent.compose(interceptors.redirect({ maxRedirections: 5 }))
    const answer = await request(url, { dispatcher, signal, headers: { 'user-agent': userAgent } })
    const chunks: Uint8Array[] = []
    let size = 0
    for await (const chunk of answer.body as AsyncIterable<Uint8Array>) {
      size += chunk.byteLength
      if (size > options.limit) throw new TooLargeError(options.limit)
      chunks.push(chunk)
    }
    return { status: answer.statusCode, body: Buffer.concat(chunks) }
  } catch (error) {
    if (signal.aborted)
      throw new Error(`no answer within ${options.timeoutMs} ms`, { cause: error })
    if (error instanceof TooLargeError) throw error
    throw new Error(reasonOf(error), { cause: error })
  } finally {
    await agent.destroy()
  }
}

/** undici wraps what the socket said; with several addresses there are several of them. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join('; ')
  if (error instanceof Error && error.cause !== undefined) return reasonOf(error.cause)
  return messageOf(error)
}
