import { nameOf, type ObjectRef } from '../ports/cluster.ts'
import { metaText } from '../objects/objects.ts'
import { restoreObject, type Undo } from '../objects/restore.ts'
import { untilGone } from '../objects/restore-created.ts'
import type { Acting, Step } from '../ports/step.ts'

/** Takes objects away, and makes them again as they were. */
export function removalOf(
  refs: readonly ObjectRef[],
): Pick<Step<readonly Undo[]>, 'check' | 'apply' | 'rollback'> {
  return {
    async check(ctx) {
      const found = await Promise.all(refs.map((ref) => ctx.cluster.get(ref)))
      const there = refs.flatMap((ref, i): Undo[] => {
        const before = found[i] ?? null
        return before === null ? [] : [{ ref, before, ours: before }]
      })
      if (there.length === 0) return { status: 'satisfied', because: 'nothing of it is there' }
      return {
        status: 'drifted',
        changes: there.map(({ ref }) => ({ action: 'delete', what: nameOf(ref) })),
        undo: there,
      }
    },
    async apply(ctx) {
      for (const ref of refs) {
        const live = await ctx.cluster.get(ref)
        if (live === null) continue
        await ctx.cluster.remove(ref, metaText(live, 'uid') ?? '')
        await untilGone(ctx.cluster, live, optionsOf(ctx))
      }
    },
    async rollback(ctx, undo) {
      const lines: string[] = []
      for (const one of undo) {
        lines.push(...(await restoreObject(ctx.cluster, one, optionsOf(ctx))))
        ctx.undone(lines)
      }
      return lines
    },
  }
}

/** Without `undone`, which takes all lines of a step where restoring one object tells one. */
function optionsOf({ clock, signal, progress }: Acting) {
  return { clock, signal, progress }
}
