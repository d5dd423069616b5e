import type { FieldChange, OnConflict } from '../core/change.ts'
import { defined } from '../core/defined.ts'
import type { Json } from '../core/json.ts'
import type { ClusterReader, FieldConflict, KubeObject, Preview } from '../ports/cluster.ts'
import { diffObjects } from './diff.ts'
import { valueAt, withFields } from './field-paths.ts'
import { FIELD_MANAGER } from './manager.ts'
import { isInside, ownersOf } from './managed-fields.ts'

export type PlannedObject = {
  /** What is to be applied: as wanted, less the fields that are left to others. */
  readonly object: KubeObject
  /** A conflict only where it stands in the way. */
  readonly preview: Preview
  /** The fields that others own with other values, and what is done about them. */
  readonly conflicts: readonly ConflictField[]
  /** What applying it takes from others; empty unless `adopt` was chosen. */
  readonly adopt: readonly FieldConflict[]
}

/** An object that is wanted, what it becomes as far as the server has told, and what is there; null where nothing is. */
export type Judged = {
  readonly object: KubeObject
  readonly becomes: KubeObject
  readonly live: KubeObject | null
}

export type ConflictField = FieldChange & {
  readonly owner: string
  readonly conflict: OnConflict
}

/** Asks the server what would become of the object, and decides about conflicts. Reads only. */
export async function planObject(
  cluster: ClusterReader,
  wanted: KubeObject,
  policy: OnConflict,
): Promise<PlannedObject> {
  const asked = await cluster.preview(wanted)
  if (asked.outcome !== 'conflict') {
    return { object: wanted, preview: asked, conflicts: [], adopt: [] }
  }
  if (policy === 'skip') return leaving(cluster, wanted, asked)
  // Also where it is only shown: a field may be immutable besides, which the server tells after conflicts.
  const forced = await cluster.preview(wanted, asked.conflicts)
  const after = 'after' in forced ? forced.after : wanted
  const conflicts = fieldsOf(asked, after, policy)
  const preview = policy === 'abort' && forced.outcome !== 'invalid' ? asked : forced
  const adopt = preview.outcome === 'changed' ? asked.conflicts : []
  return { object: wanted, preview, conflicts, adopt }
}

type Conflict = Extract<Preview, { outcome: 'conflict' }>

/** Without the fields in conflict; one that we own together with others keeps the value it has. */
async function leaving(
  cluster: ClusterReader,
  wanted: KubeObject,
  asked: Conflict,
): Promise<PlannedObject> {
  const owners = ownersOf(asked.live)
  const values = asked.conflicts.map(({ field }): readonly [string, Json | undefined] => {
    // Left out, it would be given up.
    const ours = owners.get(field)?.includes(FIELD_MANAGER) === true
    return [field, ours ? valueAt(asked.live, field) : undefined]
  })
  const object = withFields(wanted, new Map(values))
  const preview = await cluster.preview(object)
  return { object, preview, conflicts: fieldsOf(asked, wanted, 'skip'), adopt: [] }
}

function fieldsOf(
  { live, conflicts }: Conflict,
  after: KubeObject,
  policy: OnConflict,
): readonly ConflictField[] {
  return [...Map.groupBy(conflicts, ({ field }) => field)].map(([path, all]) =>
    defined({
      path,
      from: valueAt(live, path),
      to: valueAt(after, path),
      owner: all.map(({ manager }) => manager).join(', '),
      conflict: policy,
    }),
  )
}

/** Field by field what changes, what is taken over and what is left. */
export function fieldChanges({ preview, conflicts }: PlannedObject): readonly FieldChange[] {
  if (preview.outcome !== 'changed') return conflicts
  const rest = diffObjects(preview.live, preview.after).filter(({ path }) =>
    conflicts.every((one) => one.path !== path && !isInside(path, one.path)),
  )
  return [...rest, ...conflicts]
}
