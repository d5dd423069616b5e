import type { Result } from '../engine/setup.ts'
import type { FaultOn } from '../faults/faults-on.ts'
import type { Inventory } from '../inventory/inventory.ts'
import { layoutOf } from '../lab/layout.ts'
import { noteOf } from './fault-commands.ts'
import type { RunRequest } from '../command-line/request.ts'
import type { RunHints } from './run-hints.ts'

/** What the notes of a run depend on; `on` are the faults that were on at its beginning. */
export type Closing = {
  readonly words: RunHints
  readonly ended: Result
  readonly on: readonly FaultOn[]
}

/** The closing lines of a run: how to undo it, where the kubeconfig is, which faults are on. */
export function notesFor(
  { command }: RunRequest,
  { target, lab }: Inventory,
  { words, ended, on }: Closing,
): readonly string[] {
  const { mode, code, changed } = ended
  if (command === 'lab-break') return changed > 0 ? [`Take it off: ${words.undo}`] : []
  if (command === 'lab-mend' || command === 'lab-down') return []
  const ran = (command === 'run' || command === 'lab-up') && mode === 'run' && code === 0
  const { adminKubeconfig } = layoutOf(lab.name)
  return [
    ...(ran ? undoOf(words, ended) : []),
    ...(ran && target.kind === 'lab' ? [`export KUBECONFIG=${adminKubeconfig}`] : []),
    ...noteOf(on, words.mend),
  ]
}

/** Where the chapter stood before, to undo all of it would take away what had served. */
function undoOf({ undo }: RunHints, { changed, before }: Result): readonly string[] {
  if (changed === 0) return []
  return before.includes('chapter')
    ? [`Undo: ${undo} --last-run`, `Undo the runs before as well: ${undo}`]
    : [`Undo: ${undo}`]
}
