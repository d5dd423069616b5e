import type { FieldChange } from '../core/change.ts'
import { defined } from '../core/defined.ts'
import { at, isObject, type Json, type JsonObject, sameJson } from '../core/json.ts'
import type { KubeObject } from '../ports/cluster.ts'
import { keyed } from './list-keys.ts'
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
    return defined({ ...(secret ? masked(change) : change), owner })
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
  const [old, now] = [keyed(path, before), keyed(path, after)]
  if (old === null || now === null) {
    changes.push(defined({ path, from: before, to: after }))
    return
  }
  const found = changes.length
  walkMap([Object.fromEntries(old), Object.fromEntries(now)], (key) => path + key, changes)
  // The same items in another order: to the server that is a change.
  if (changes.length === found) changes.push({ path, from: [...old.keys()], to: [...now.keys()] })
}

function walkMap(
  [before, after]: readonly [JsonObject, JsonObject],
  spell: (key: string) => string,
  changes: FieldChange[],
): void {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)])
  for (const key of keys) walk(spell(key), at(before, key), at(after, key), changes)
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
