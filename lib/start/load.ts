import { bundled } from './bundle.ts'
import { keepCompiled } from './compile-cache.ts'

/** Loads all of this program, the fastest way there is. */
export async function load(
  process: Pick<NodeJS.Process, 'env' | 'argv'>,
): Promise<Pick<typeof import('../cli/main.ts'), 'main'>> {
  const kept = await keepCompiled(process)
  const bundle = kept === null ? null : await bundled(kept)
  if (bundle === null) return import('../cli/main.ts')
  const { tellSourceLines } = await import('./source-lines.ts')
  tellSourceLines()
  return (await import(bundle)) as typeof import('../cli/main.ts')
}
