import { nodeBehindTsx, withoutTsx } from '../../lib/start/behind-tsx.ts'

/** Answers signals late, as a program does that has no processor to itself. */
const node = nodeBehindTsx(process)
if (node !== undefined) {
  process.exitCode = await withoutTsx(node, process.argv.slice(1))
} else {
  const waits = setTimeout(() => undefined, 60_000)
  for (const [name, code] of [['SIGINT', 130] as const, ['SIGTERM', 143] as const]) {
    // Not once: a second one, passed on by whoever started it, would end it before it has spoken.
    process.on(name, () => {
      clearTimeout(waits)
      process.stdout.write(`in order after ${name}\n`)
      process.exitCode = code
    })
  }
  process.stdout.write('busy\n', () => {
    setImmediate(() => {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500)
    })
  })
}
