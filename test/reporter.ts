import { relative } from 'node:path'
import { Readable } from 'node:stream'
import { spec, type TestEvent } from 'node:test/reporters'

const SLOWEST = 10

/** Node's own report, with the slowest tests before its closing lines. */
async function* report(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  yield* Readable.from(withSlowest(events)).compose(new spec()) as AsyncIterable<string>
}

async function* withSlowest(events: AsyncIterable<TestEvent>): AsyncGenerator<TestEvent> {
  const tests: { readonly ms: number; readonly line: string }[] = []
  for await (const event of events) {
    if (event.type === 'test:pass' || event.type === 'test:fail') {
      const { name, file, details } = event.data
      const ms = details.duration_ms
      const line = `${(ms / 1000).toFixed(1).padStart(7)} s  ${name} (${relative('', file ?? '')})`
      if (details.type === 'test') tests.push({ ms, line })
    }
    // The first of the closing lines.
    if (event.type === 'test:diagnostic' && /^tests \d+$/.test(event.data.message)) {
      const slowest = tests.toSorted((a, b) => b.ms - a.ms).slice(0, SLOWEST)
      const message = ['Slowest tests:', ...slowest.map(({ line }) => line), ''].join('\n')
      yield { type: 'test:stdout', data: { message, file: '' } }
    }
    yield event
  }
}

// The test runner takes a reporter from a module's default export.
// eslint-disable-next-line no-restricted-exports
export default report
