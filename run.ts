import { nodeBehindTsx, withoutTsx } from './lib/cli/behind-tsx.ts'

const node = nodeBehindTsx(process)
process.exitCode =
  node === undefined
    ? await (await import('./lib/cli/main.ts')).main(process.argv.slice(2))
    : await withoutTsx(node, process.argv.slice(1))
