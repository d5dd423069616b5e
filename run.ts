import { isBehindTsx, withoutTsx } from './lib/cli/behind-tsx.ts'

process.exitCode = isBehindTsx(process.execArgv)
  ? await withoutTsx(process.argv)
  : await (await import('./lib/cli/main.ts')).main(process.argv.slice(2))
