import { at, type Json, listAt, parseJson, textAt } from '../core/json.ts'
import type { AskedSecond } from '../core/asked-data.ts'

/** The seconds in what a prober prints, a line each; a line may come in parts. */
export async function* secondsIn(
  printed: AsyncIterable<Uint8Array>,
  worker: string,
): AsyncGenerator<AskedSecond> {
  const text = new TextDecoder()
  let rest = ''
  for await (const bytes of printed) {
    const lines = (rest + text.decode(bytes, { stream: true })).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      const second = secondIn(parseJson(line), worker)
      if (second !== null) yield second
    }
  }
}

/** A `Second` of go/prober/steady.go. */
function secondIn(line: Json | undefined, worker: string): AskedSecond | null {
  const number = (key: string): number => {
    const found = at(line, key)
    return typeof found === 'number' ? found : 0
  }
  const texts = (key: string): readonly string[] =>
    listAt(line, key).flatMap((one) => textAt(one, 'what') ?? [])
  if (number('at') === 0) return null
  return {
    worker,
    at: number('at'),
    sent: number('sent'),
    lost: number('lost'),
    wrong: number('wrong'),
    open: number('open'),
    p50: number('p50'),
    p99: number('p99'),
    max: number('max'),
    errors: [...texts('errors'), ...texts('strangers').map((who) => `answered by ${who}`)],
  }
}
