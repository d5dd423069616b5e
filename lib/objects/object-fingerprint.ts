import type { FieldChange } from '../core/change.ts'
import { defined } from '../core/defined.ts'
import { type Fingerprint, fingerprintOf, type Move } from '../core/fingerprint.ts'
import { isObject, type Json, type JsonObject, textAt } from '../core/json.ts'
import type { KubeObject } from '../ports/cluster.ts'
import { diffJson, diffObjects } from './diff.ts'
import { entryKey, ofStatus, ownerOf, ownersOf } from './managed-fields.ts'
import {
  isKubeObject,
  lastingContent,
  managedFieldsOf,
  metaText,
  describe,
  without,
  withMetadata,
} from './objects.ts'

/** What a step knows of an object, without status and server metadata; managedFields are kept, to name who moved what. */
export function objectFingerprint(
  wanted: KubeObject,
  live: KubeObject | null,
  { asWanted }: { readonly asWanted: boolean },
): Fingerprint {
  if (live === null) return fingerprintOf(describe(wanted), null)
  const found = without(live, 'status')
  return fingerprintOf(describe(wanted), found, { counts: lastingContent(live), asWanted })
}

/** Which fields moved, and who wrote each last and when, out of managedFields. */
export function explainObjectMove(then: Fingerprint, now: Fingerprint): readonly Move[] {
  const [before, after] = [objectIn(then.found), objectIn(now.found)]
  if (after === null) return [{ path: '', then: true }]
  if (before === null) return [{ path: '', now: true, ...makerOf(after) }]
  const changes = diffObjects(lastingContent(before), lastingContent(after)).flatMap(keyByKey)
  return changes.map(({ path, from, to }) => ({
    ...defined({ path, then: from, now: to }),
    ...writerOf(path, { before, after, gone: to === undefined }),
  }))
}

const MAPS = ['.data', '.binaryData', '.metadata.labels', '.metadata.annotations']

/** A map that comes or goes as a whole is told by its keys: whoever looks for one finds it. */
function keyByKey(change: FieldChange): readonly FieldChange[] {
  const { path, from = {}, to = {} } = change
  return MAPS.includes(path) && isObject(from) && isObject(to) ? diffJson(path, from, to) : [change]
}

function objectIn(found: Json): KubeObject | null {
  return isKubeObject(found) ? found : null
}

type Writer = Pick<Move, 'by' | 'at'>

type Both = {
  readonly before: KubeObject
  readonly after: KubeObject
  readonly gone: boolean
}

/** Who owns the field and wrote last; of a field that is gone, which has no owner, who wrote the object since. */
function writerOf(path: string, { before, after, gone }: Both): Writer {
  const entries = entriesOf(after)
  if (gone) {
    const earlier = new Set(entriesOf(before).map(signature))
    return asWriter(entries.findLast((entry) => !earlier.has(signature(entry))))
  }
  const owners = ownerOf(ownersOf(withMetadata(after, { managedFields: entries })), path)
  const names = owners?.split(', ') ?? []
  return asWriter(entries.findLast((entry) => names.includes(textAt(entry, 'manager') ?? '')))
}

/** Whose entry is the oldest: nobody wrote to the object before. An object without content has none. */
function makerOf(object: KubeObject): Writer {
  const created = defined({ at: metaText(object, 'creationTimestamp') })
  return { ...created, ...asWriter(entriesOf(object)[0]) }
}

function asWriter(entry: JsonObject | undefined): Writer {
  return defined({ by: textAt(entry, 'manager'), at: textAt(entry, 'time') })
}

function signature(entry: JsonObject): string {
  return `${entryKey(entry)}\n${textAt(entry, 'time') ?? ''}`
}

/** Who wrote content, oldest first; `kubectl scale` writes it through a subresource. */
function entriesOf(object: KubeObject): readonly JsonObject[] {
  return managedFieldsOf(object)
    .filter((entry) => !ofStatus(entry))
    .map((entry) => without(entry, 'subresource'))
    .toSorted((a, b) => ((textAt(a, 'time') ?? '') < (textAt(b, 'time') ?? '') ? -1 : 1))
}
