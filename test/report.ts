import { relative } from 'node:path'
import type { TestEvent } from 'node:test/reporters'

const SLOWEST = 10
const CLOSING = /^(tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) ([\d.]+)$/

interface Timed {
  readonly ms: number
  readonly what: string
}

/** The events of several runs as of one: the slowest tests of all and one summary close them. */
export async function* asOne(events: AsyncIterable<TestEvent>): AsyncGenerator<TestEvent> {
  const totals = new Map<string, number>()
  const tests: Timed[] = []
  for await (const event of events) {
    tests.push(...timesIn(event))
    const [, what, many] =
      (event.type === 'test:diagnostic' && CLOSING.exec(event.data.message)) || []
    if (what === undefined) yield event
    else totals.set(what, (totals.get(what) ?? 0) + Number(many))
  }
  yield { type: 'test:stdout', data: { message: slowest(tests), file: '' } }
  for (const [what, many] of totals) {
    yield {
      type: 'test:diagnostic',
      data: { message: `${what} ${many}`, nesting: 0, level: 'info' },
    }
  }
  if (totals.get('fail') !== 0 || totals.get('cancelled') !== 0) process.exitCode = 1
}

function timesIn({ type, data }: TestEvent): readonly Timed[] {
  if (type !== 'test:pass' && type !== 'test:fail') return []
  const { details, name, file = '' } = data
  const what = `${name} (${relative('', file)})`
  return details.type === 'test' ? [{ ms: details.duration_ms, what }] : []
}

function slowest(tests: readonly Timed[]): string {
  const chosen = tests.toSorted((a, b) => b.ms - a.ms).slice(0, SLOWEST)
  const lines = chosen.map(({ ms, what }) => `${(ms / 1000).toFixed(1).padStart(7)} s  ${what}`)
  return ['Slowest tests:', ...lines, ''].join('\n')
}
