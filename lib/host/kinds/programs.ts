import { mkdir, readdir, readlink, rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { Json } from '../../json.ts'
import { acquirePrograms } from '../programs/acquire.ts'
import { binDir, lookPrograms } from '../programs/cache.ts'
import type { ProgramsContext } from '../programs/context.ts'
import type { Programs } from '../resources.ts'
import { type Kind, oneByOne } from './kind.ts'

/**
 * Programs lie in the cache, which outlives a lab; the lab links to them, so that its paths stay the
 * same whatever the cache calls its folders.
 */
export function programsKind(context: ProgramsContext, signal: AbortSignal): Kind<Programs> {
  return {
    name: ({ family }) => `programs ${family}`,
    wanted: () => ({ cached: true, linked: true }),
    look: oneByOne(async ({ family, into }): Promise<Json> => {
      const found = await lookPrograms(family, context)
      const linked = await isLinked(await binDir(family, context), into)
      return found === null && !linked ? null : { cached: found !== null, linked }
    }),
    async put({ family, into }, say) {
      const { dir } = await acquirePrograms(family, context, say, signal)
      await mkdir(into, { recursive: true })
      for (const name of await readdir(dir)) {
        await rm(join(into, name), { force: true })
        await symlink(join(dir, name), join(into, name))
      }
    },
    // The links go with the lab's folder, and the cache is not the lab's.
    restore: () => Promise.resolve(),
    change: ({ family }, before) => ({
      action: 'create',
      what: `programs ${family}`,
      note:
        before === null
          ? 'into the cache, from the official release, else built or unpacked here'
          : 'linked from the cache',
    }),
  }
}

async function isLinked(dir: string, into: string): Promise<boolean> {
  const names = await readdir(dir).catch(() => [])
  const targets = await Promise.all(names.map((name) => readlink(join(into, name)).catch(() => '')))
  return names.length > 0 && names.every((name, i) => targets[i] === join(dir, name))
}
