import { nameOf, type ObjectRef } from '../ports/cluster.ts'
import { FIELD_MANAGER } from '../objects/manager.ts'
import { metaText } from '../objects/objects.ts'
import { restoreObject, type Undo } from '../objects/restore.ts'
import { untilGone } from '../objects/restore-created.ts'
import type { Acting, Step } from '../ports/step.ts'

/** How long an object may take to vanish. */
const GONE_MS = 30_000

/** Takes objects away, and makes them again as they were. */
export function removalOf(
  refs: readonly ObjectRef[],
): Pick<Step<readonly Undo[]>, 'check' | 'apply' | 'rollback'> {
  return {
    async check(on) {
      const found = await Promise.all(refs.map((ref) => on.cluster.get(ref)))
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
    async apply(on) {
      for (const ref of refs) {
        const live = await on.cluster.get(ref)
        if (live === null) continue
        await on.cluster.remove(ref, metaText(live, 'uid') ?? '')
        await untilGone(on.cluster, live, optionsOf(on))
      }
    },
    async rollback(on, undo) {
      const lines: string[] = []
      for (const one of undo) {
        lines.push(...(await restoreObject(on.cluster, one, optionsOf(on))))
        on.undone(lines)
      }
      return lines
    },
  }
}

function optionsOf(on: Acting) {
  return {
    manager: FIELD_MANAGER,
    clock: on.clock,
    signal: on.signal,
    deadlineMs: GONE_MS,
    progress: (text: string) => {
      on.progress(text)
    },
  }
}
