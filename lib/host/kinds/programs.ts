import { mkdir, readlink, rm, symlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
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
      const target = await readlink(join(into, family)).catch(() => null)
      const linked = target === dirname(binDir(family, context))
      return found === null && !linked ? null : { cached: found !== null, linked }
    }),
    async put({ family, into }, say) {
      const { dir } = await acquirePrograms(family, context, say, signal)
      await mkdir(into, { recursive: true })
      await rm(join(into, family), { force: true })
      await symlink(dirname(dir), join(into, family))
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
