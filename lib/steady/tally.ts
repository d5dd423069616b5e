import {
  type Asked,
  type AskedFrom,
  type AskedSecond,
  isBad,
  type Span,
} from '../core/asked-data.ts'
import type { Question, Trouble } from './ask-steadily.ts'

/** What the seconds amount to, worker by worker in their order; `workers` have one line each, whatever they asked. */
export function asked(
  { server, name, rate }: Question,
  workers: readonly string[],
  seconds: readonly AskedSecond[],
  troubles: readonly Trouble[] = [],
): Asked {
  const from = workers.map((worker): AskedFrom => {
    const own = seconds.filter((one) => one.worker === worker)
    const sum = (of: 'sent' | 'lost' | 'wrong' | 'open'): number =>
      own.reduce((total, second) => total + second[of], 0)
    const [slowest] = own.filter(({ max }) => max > 0).toSorted((a, b) => b.max - a.max)
    const trouble = troubles.find((one) => one.worker === worker)?.because
    return {
      worker,
      sent: sum('sent'),
      lost: sum('lost'),
      wrong: sum('wrong'),
      open: sum('open'),
      slowest: slowest === undefined ? null : { us: slowest.max, at: slowest.at },
      bad: spansOf(own.filter(isBad).map(({ at }) => at)),
      errors: [...new Set(own.flatMap(({ errors }) => errors))],
      ...(trouble === undefined ? {} : { trouble }),
    }
  })
  return { server, name, rate, workers: from }
}

/** Seconds that follow each other are one span. */
function spansOf(times: readonly number[]): readonly Span[] {
  const spans: Span[] = []
  for (const at of times.toSorted((a, b) => a - b)) {
    const last = spans.at(-1)
    if (last !== undefined && at <= last.to + 1) spans[spans.length - 1] = { ...last, to: at }
    else spans.push({ from: at, to: at })
  }
  return spans
}
