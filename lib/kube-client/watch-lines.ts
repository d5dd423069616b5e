import { type Json, parseJson } from '../core/json.ts'
import type { Api } from './api.ts'
import { type Request, TransportFailure } from './wire.ts'

/** The events of a watch, one JSON value a line. Throws TransportFailure on silence or a line too large. */
export async function* followLines(
  api: Api,
  request: Request,
  signal: AbortSignal,
): AsyncGenerator<Json, void, undefined> {
  const { server } = api.target
  const stalled = new AbortController()
  const both = AbortSignal.any([signal, stalled.signal])
  const silence = setTimeout(() => {
    const said = `the watch was silent for ${api.limits.stallMs / 1000} s`
    stalled.abort(new TransportFailure(server, 'STALLED', said))
  }, api.limits.stallMs)
  try {
    const answer = await api.follow(request, both)
    if (answer.statusCode !== 200) {
      refuse(api, request, answer.statusCode, await answer.body.text())
      return
    }
    for await (const line of linesOf(api, answer.body, silence)) {
      const event = parseJson(line)
      if (event !== undefined) yield event
    }
  } catch (error) {
    if (stalled.signal.aborted && !signal.aborted) throw stalled.signal.reason
    throw error
  } finally {
    clearTimeout(silence)
    stalled.abort()
  }
}

/** 410: the version to go on from is forgotten; the caller lists again, as for what may pass. All else is explained. */
function refuse(api: Api, request: Request, status: number, text: string): void {
  if (status === 410 || status === 429 || status >= 500) return
  throw api.explain({ status, text, body: parseJson(text) }, `watch ${request.path}`)
}

async function* linesOf(
  api: Api,
  body: AsyncIterable<Uint8Array>,
  silence: NodeJS.Timeout,
): AsyncGenerator<string> {
  let rest = ''
  const decoder = new TextDecoder()
  for await (const chunk of body) {
    silence.refresh()
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = lines.pop() ?? ''
    if (rest.length > api.limits.bodyBytes) {
      throw new TransportFailure(api.target.server, 'TOO_LARGE', 'one event is too large')
    }
    yield* lines
  }
}
