import { nodeBehindTsx, withoutTsx } from './lib/start/behind-tsx.ts'

const node = nodeBehindTsx(process)
if (node !== undefined) process.exitCode = await withoutTsx(node, process.argv.slice(1))
else {
  const { load } = await import('./lib/start/load.ts')
  process.exitCode = await (await load(process)).main(process.argv.slice(2))
}

/** All is written and said by now; what is still open was given up, such as a request that nobody answers. */
const LEFT_MS = 100
setTimeout(() => process.exit(), LEFT_MS).unref()
