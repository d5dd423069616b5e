import { isObject, type Json, type JsonObject, sameJson } from '../core/json.ts'
import type { FieldChange } from '../core/change.ts'
import type { KubeObject } from '../ports/cluster.ts'
import { fieldNameOf, keyed } from './list-keys.ts'
import { ownerOf, ownersOf } from './managed-fields.ts'
import { contentOf } from './objects.ts'

/**
 * What differs between two states of an object, field by field, paths spelled as server-side apply does.
 * `from` is `before`; owners come from its managedFields. Server metadata and status do not count.
 * What is new or goes away as a whole is one change at its root. Values of Secrets are masked.
 */
export function diffObjects(before: KubeObject, after: KubeObject): readonly FieldChange[] {
  const owners = ownersOf(before)
  const changes: FieldChange[] = []
  walk('', contentOf(before), contentOf(after), changes)
  const secret = before.kind === 'Secret' || after.kind === 'Secret'
  return changes.map((change) => {
    const owner = ownerOf(owners, change.path)
    const shown = secret ? masked(change) : change
    return owner === undefined ? shown : { ...shown, owner }
  })
}

/** As above for two JSON values below `path`, without owners. */
export function diffJson(
  path: string,
  before: Json | undefined,
  after: Json | undefined,
): readonly FieldChange[] {
  const changes: FieldChange[] = []
  walk(path, before, after, changes)
  return changes
}

function walk(
  path: string,
  before: Json | undefined,
  after: Json | undefined,
  changes: FieldChange[],
): void {
  if (sameJson(before, after)) return
  if (isObject(before) && isObject(after)) {
    walkMap([before, after], (key) => `${path}.${key}`, changes)
    return
  }
  const lists = keyedLists(path, before, after)
  if (lists === null) {
    const from = before === undefined ? {} : { from: before }
    changes.push({ path, ...from, ...(after === undefined ? {} : { to: after }) })
    return
  }
  const found = changes.length
  const [old, now] = lists
  walkMap([Object.fromEntries(old), Object.fromEntries(now)], (key) => path + key, changes)
  // The same items in another order: to the server that is a change.
  if (changes.length === found) changes.push({ path, from: [...old.keys()], to: [...now.keys()] })
}

type Items = ReadonlyMap<string, Json>

function keyedLists(
  path: string,
  before: Json | undefined,
  after: Json | undefined,
): [Items, Items] | null {
  if (!Array.isArray(before) || !Array.isArray(after)) return null
  const field = fieldNameOf(path)
  const [old, now] = [
    keyed(field, before as readonly Json[]),
    keyed(field, after as readonly Json[]),
  ]
  return old === null || now === null ? null : [old, now]
}

function walkMap(
  [before, after]: readonly [JsonObject, JsonObject],
  spell: (key: string) => string,
  changes: FieldChange[],
): void {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)])
  for (const key of keys) walk(spell(key), own(before, key), own(after, key), changes)
}

function own(map: JsonObject, key: string): Json | undefined {
  return Object.hasOwn(map, key) ? map[key] : undefined
}

const MASK = 'masked'

function masked(change: FieldChange): FieldChange {
  // Annotations too: kubectl keeps a whole copy of the object in one.
  if (!/^\.(data|stringData|metadata\.annotations)\b/.test(change.path)) return change
  return {
    ...change,
    ...('from' in change ? { from: MASK } : {}),
    ...('to' in change ? { to: MASK } : {}),
  }
}
