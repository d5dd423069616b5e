import { type JsonObject, sameJson, textAt } from '../core/json.ts'
import type { KubeObject } from '../ports/cluster.ts'
import { entryKey, type FieldSet, fieldsOf, ofStatus, treeOf } from './managed-fields.ts'
import { FIELD_MANAGER } from './manager.ts'
import { managedFieldsOf, without } from './objects.ts'

/** The three states whose owners decide. */
export type OwnerStates = {
  readonly before: KubeObject
  /** As this program had written it. */
  readonly ours: KubeObject
  /** A fresh GET, after the content was put back. */
  readonly live: KubeObject
}

/**
 * The managedFields to write so that owners are as before, fields that others took since staying theirs.
 * Entries of the status are the controllers' own and stay as they are live; those of other subresources, as
 * `kubectl scale` leaves one, own content and come back like any other.
 */
export function ownersBefore({ before, ours, live }: OwnerStates): readonly JsonObject[] {
  const [was, wrote, now] = [byKey(before), byKey(ours), byKey(live)]
  const isOurs = (entry: JsonObject): boolean => textAt(entry, 'manager') === FIELD_MANAGER
  const gained = new Map(
    [...now]
      .filter(([, entry]) => !isOurs(entry) && !ofStatus(entry))
      .map(([key, entry]) => [key, minus(fieldsOf(entry), wrote.get(key), was.get(key))]),
  )
  const restored = [...was].flatMap(([key, entry]) => {
    if (ofStatus(entry)) return []
    return isOurs(entry) ? [entry] : withSince(key, entry, now.get(key), gained)
  })
  const came = [...now].flatMap(([key, entry]) => {
    if (ofStatus(entry)) return [entry]
    // What came with our own write ("before-first-apply" on objects without owners) goes with it.
    const theirs = was.has(key) ? undefined : gained.get(key)
    return theirs === undefined || theirs.size === 0 ? [] : [{ ...entry, fieldsV1: treeOf(theirs) }]
  })
  return [...restored, ...came]
}

/** Another manager's entry of before, with what it took and without what it lost to others since. */
function withSince(
  key: string,
  entry: JsonObject,
  now: JsonObject | undefined,
  gained: ReadonlyMap<string, FieldSet>,
): readonly JsonObject[] {
  const elsewhere = [...gained].filter(([other]) => other !== key).flatMap(([, set]) => [...set])
  // What it lost to this program's own PUT is not lost.
  const lost = minus(new Set(elsewhere), now)
  const fields = fieldsOf(entry)
  const kept = new Set([...fields].filter((field) => !lost.has(field)))
  for (const field of gained.get(key) ?? []) kept.add(field)
  if (kept.size === 0) return []
  return [sameSet(kept, fields) ? entry : { ...(now ?? entry), fieldsV1: treeOf(kept) }]
}

/** True where the entries are the same but for order and times: the API server ignores a write of times alone. */
export function sameOwners(a: readonly JsonObject[], b: readonly JsonObject[]): boolean {
  const [left, right] = [a, b].map((list) => new Map(list.map((entry) => [entryKey(entry), entry])))
  if (left?.size !== right?.size || left === undefined || right === undefined) return false
  return [...left].every(([key, entry]) =>
    sameJson(without(entry, 'time'), without(right.get(key) ?? {}, 'time')),
  )
}

type Entries = ReadonlyMap<string, JsonObject>

function byKey(object: KubeObject): Entries {
  return new Map(managedFieldsOf(object).map((entry) => [entryKey(entry), entry]))
}

function minus(fields: FieldSet, ...entries: readonly (JsonObject | undefined)[]): FieldSet {
  const taken = entries.map(fieldsOf)
  return new Set([...fields].filter((field) => !taken.some((set) => set.has(field))))
}

function sameSet(a: FieldSet, b: FieldSet): boolean {
  return a.size === b.size && [...a].every((field) => b.has(field))
}
