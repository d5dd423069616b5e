import { readFile } from 'node:fs/promises'
import { isMistake, ObservedError, TooLargeError } from '../core/errors.ts'
import { unlessAborted } from '../core/stoppable.ts'
import type { Fetched, FetchOptions } from '../ports/host.ts'
import { bodyOf, explainFetch, openClient } from '../supply/programs/http.ts'

/** GET with limits on time and size; proxies as the environment says, unless `direct`. */
export async function httpGet(
  url: string,
  { limit, timeoutMs, tls, direct = false }: FetchOptions,
): Promise<Fetched> {
  const files = Object.entries(tls ?? {}).map(
    async ([name, path]) => [name, await readFile(path)] as const,
  )
  const pems = Object.fromEntries(await Promise.all(files))
  const client = await openClient(process.env, { direct, tls: pems })
  const signal = AbortSignal.timeout(timeoutMs)
  try {
    // undici heeds no signal while it connects.
    const answer = await unlessAborted(signal, () => client.get(url, {}, signal))
    return { status: answer.status, body: await bodyOf(answer, limit) }
  } catch (error) {
    if (signal.aborted)
      throw new ObservedError(`no answer within ${timeoutMs} ms`, { cause: error })
    if (error instanceof TooLargeError || isMistake(error)) throw error
    throw new ObservedError(explainFetch(error), { cause: error })
  } finally {
    await client.close()
  }
}
