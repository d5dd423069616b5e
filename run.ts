import { nodeBehindTsx, withoutTsx } from './lib/cli/behind-tsx.ts'

const node = nodeBehindTsx(process)
/** All is written and said by then; what is still open was given up, such as a request that nobody answers. */
const LEFT_MS = 200

process.exitCode =
  node === undefined
    ? await (await import('./lib/cli/main.ts')).main(process.argv.slice(2))
    : await withoutTsx(node, process.argv.slice(1))
setTimeout(() => process.exit(), LEFT_MS).unref()
