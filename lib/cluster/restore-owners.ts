import { sameJson, textAt } from '../json.ts'
import type { JsonObject } from '../json.ts'
import type { KubeObject } from './cluster.ts'
import { entryKey, fieldsOf, treeOf } from './managed-fields.ts'
import type { FieldSet } from './managed-fields.ts'
import { managedFieldsOf } from './objects.ts'

/** The three states whose owners decide. */
export interface OwnerStates {
  readonly before: KubeObject
  /** As this program had written it. */
  readonly ours: KubeObject
  /** A fresh GET, after the content was put back. */
  readonly live: KubeObject
}

/**
 * The managedFields to write so that owners are as before, fields that others took since staying theirs.
 * Entries of subresources are the controllers' own and stay as they are live (ssa-facts, Exact rollback).
 */
export function ownersBefore(
  { before, ours, live }: OwnerStates,
  manager: string,
): readonly JsonObject[] {
  const [was, wrote, now] = [before, ours, live].map(byKey) as [Entries, Entries, Entries]
  const isOurs = (entry: JsonObject): boolean => textAt(entry, 'manager') === manager
  const others = [...now].filter(([, entry]) => !isOurs(entry) && !ofSubresource(entry))
  const gained = new Map(
    others.map(([key, entry]) => [
      key,
      minus(fieldsOf(entry), fieldsOf(wrote.get(key)), fieldsOf(was.get(key))),
    ]),
  )
  const result: JsonObject[] = []
  for (const [key, entry] of was) {
    if (ofSubresource(entry)) continue
    if (isOurs(entry)) {
      result.push(entry)
      continue
    }
    const elsewhere = [...gained]
      .filter(([other]) => other !== key)
      .flatMap(([, fields]) => [...fields])
    // Lost to another manager since, not to this program's own PUT.
    const lost = minus(new Set(elsewhere), fieldsOf(now.get(key)))
    const kept = new Set([...minus(fieldsOf(entry), lost), ...(gained.get(key) ?? [])])
    if (kept.size === 0) continue
    const same = sameSet(kept, fieldsOf(entry))
    result.push(same ? entry : { ...(now.get(key) ?? entry), fieldsV1: treeOf(kept) })
  }
  for (const [key, entry] of now) {
    if (ofSubresource(entry)) result.push(entry)
    if (ofSubresource(entry) || isOurs(entry) || was.has(key)) continue
    // What came with our own write ("before-first-apply" on objects without owners) goes with it.
    const theirs = gained.get(key) ?? new Set()
    if (theirs.size > 0) result.push({ ...entry, fieldsV1: treeOf(theirs) })
  }
  return result
}

/** True where the entries are the same, whatever their order. */
export function sameOwners(a: readonly JsonObject[], b: readonly JsonObject[]): boolean {
  const [left, right] = [a, b].map((list) => new Map(list.map((entry) => [entryKey(entry), entry])))
  if (left?.size !== right?.size || left === undefined || right === undefined) return false
  return [...left].every(([key, entry]) => sameJson(entry, right.get(key)))
}

type Entries = ReadonlyMap<string, JsonObject>

function byKey(object: KubeObject): Entries {
  return new Map(managedFieldsOf(object).map((entry) => [entryKey(entry), entry]))
}

function ofSubresource(entry: JsonObject): boolean {
  return textAt(entry, 'subresource') !== undefined
}

function minus(fields: FieldSet, ...taken: readonly FieldSet[]): FieldSet {
  return new Set([...fields].filter((field) => !taken.some((set) => set.has(field))))
}

function sameSet(a: FieldSet, b: FieldSet): boolean {
  return a.size === b.size && [...a].every((field) => b.has(field))
}
