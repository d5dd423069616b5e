import { nodeBehindTsx, withoutTsx } from './lib/cli/behind-tsx.ts'

const node = nodeBehindTsx(process)
if (node !== undefined) process.exitCode = await withoutTsx(node, process.argv.slice(1))
else {
  await (await import('./lib/cli/compile-cache.ts')).keepCompiled(process)
  process.exitCode = await (await import('./lib/cli/main.ts')).main(process.argv.slice(2))
}
