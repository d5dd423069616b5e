import { mkdir, readlink, rm, symlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { at, type Json, textAt } from '../../core/json.ts'
import { families } from '../../supply/pins.ts'
import { acquirePrograms } from '../../supply/programs/acquire.ts'
import { binDir, lookPrograms } from '../../supply/programs/cache.ts'
import type { ProgramsContext } from '../../supply/programs/context.ts'
import type { Programs } from '../../ports/resources.ts'
import { type Kind, oneByOne } from './kind.ts'

/** Programs lie in the cache, which outlives a lab; the lab links to them, so that its own paths stay the same. */
export function programsKind(context: ProgramsContext, signal: AbortSignal): Kind<Programs> {
  return {
    name: ({ family }) => `programs ${family}`,
    wanted: () => ({ cached: true, linked: true }),
    look: oneByOne(async ({ family, into }): Promise<Json> => {
      const found = await lookPrograms(families[family], context)
      const target = await readlink(join(into, family)).catch(() => null)
      const linked = target === dirname(binDir(family, context))
      const cached = found !== null
      if (linked || target === null) return cached || linked ? { cached, linked } : null
      return { cached, linked, target }
    }),
    async put({ family, into }, progress) {
      const { dir } = await acquirePrograms(families[family], { context, progress, signal })
      await mkdir(into, { recursive: true })
      await rm(join(into, family), { force: true })
      await symlink(dirname(dir), join(into, family))
    },
    // The cache is not the lab's: only the link is given back.
    async restore({ family, into }, before) {
      if (at(before, 'linked') === true) return
      const link = join(into, family)
      await rm(link, { force: true })
      const target = textAt(before, 'target')
      if (target !== undefined) await symlink(target, link)
    },
    undone: () => null,
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
