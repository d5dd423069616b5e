import { observed } from '../core/errors.ts'
import type { Observation } from '../core/observation.ts'
import type { Process } from '../ports/resources.ts'
import type { Reading } from '../ports/step.ts'
import { askTimed, slowOnes } from '../core/timed-answers.ts'
import { endedDaemons, isStarting } from './daemon.ts'
import { type Layout, pemsOf } from './layout.ts'

/** Health addresses to ask, and the daemons that answer there. */
export type Asked = {
  readonly daemons: readonly Process[]
  readonly urls: readonly { readonly name: string; readonly url: string }[]
  /** What is proven when all answer. */
  readonly proof: string
}

/** One look at health endpoints; no waiting helps when one of the daemons has ended. */
export async function askAll(
  ctx: Reading,
  layout: Layout,
  { daemons, urls, proof }: Asked,
): Promise<Observation> {
  const answers = await askTimed(
    ctx.clock,
    urls.map(({ name, url }) => ({ name, ask: () => ask(ctx, layout, url) })),
  )
  const missing = answers.flatMap(({ name, answer }) =>
    answer === 'ok' ? [] : [`${name}: ${answer}`],
  )
  if (missing.length === 0) {
    const slow = await slowOnes(ctx.clock, answers, () => isStarting(ctx, layout.name))
    return { proven: `${proof}${slow}` }
  }
  const never = await endedDaemons(ctx, daemons)
  return never === null ? { missing } : { missing, never }
}

async function ask(ctx: Reading, layout: Layout, url: string): Promise<string> {
  try {
    const { status, body } = await ctx.host.fetch(url, {
      limit: 64 * 1024,
      timeoutMs: 2_000,
      direct: true,
      tls: { ca: pemsOf(layout, 'ca').cert, ...pemsOf(layout, 'admin') },
    })
    if (status === 200) return 'ok'
    const text = Buffer.from(body).toString('utf8').trim().split('\n')
    return `HTTP ${status} ${(text.find((line) => line.startsWith('[-]')) ?? text[0] ?? '').slice(0, 120)}`
  } catch (error) {
    return observed(error)
  }
}
