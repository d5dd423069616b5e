import { isExplained, isMistake } from '../core/errors.ts'
import { at, type Json, textAt } from '../core/json.ts'
import { type KubeObject, refOf, type Selection } from '../ports/cluster.ts'
import type { Server } from './discovery.ts'
import { isKubeObject, metaText } from '../objects/objects.ts'
import { type Listing, listObjects, listRequest } from './reader.ts'
import { followLines } from './watch-lines.ts'

/**
 * Lists, then watches. Starts over with a list when the watch ends, answers 410, is cut or is silent for
 * `stallMs`. What cannot get better (403, an unknown kind) is thrown at once, and the signal's reason
 * when that aborts.
 */
export async function* watchObjects(
  server: Server,
  selection: Selection,
  signal: AbortSignal,
): AsyncGenerator<readonly KubeObject[]> {
  for (let tried = 1; ; tried += 1) {
    const listing = await listObjects(server, selection, signal)
    yield listing.objects
    try {
      yield* changesSince(listing, server, selection, signal)
    } catch (error) {
      if (signal.aborted || isExplained(error) || isMistake(error)) throw error
    }
    // A server that ends every watch at once must not be asked in a tight loop.
    await server.api.pause(Math.min(tried, 4), QUIET_REPLY, signal)
  }
}

/** A pause without another server's help. */
const QUIET_REPLY = { status: 0, body: undefined, text: '' }

/** All that there is after every change, until the server ends the watch. */
async function* changesSince(
  { objects, resourceVersion }: Listing,
  server: Server,
  selection: Selection,
  signal: AbortSignal,
): AsyncGenerator<readonly KubeObject[]> {
  const now = new Map(objects.map((object) => [keyOf(object), object]))
  const request = await listRequest(server, selection)
  const watch = { watch: 'true', allowWatchBookmarks: 'true', resourceVersion }
  const query = { ...request.query, ...watch }
  for await (const event of followLines(server.api, { ...request, query }, signal)) {
    const change = changeOf(event)
    if (change === 'over') return
    if (change === null) continue
    if (change.gone) now.delete(keyOf(change.object))
    else now.set(keyOf(change.object), change.object)
    yield [...now.values()]
  }
}

/** A watch event as what it does to the list; null for bookmarks; 'over' for an error such as 410. */
function changeOf(
  event: Json,
): { readonly gone: boolean; readonly object: KubeObject } | 'over' | null {
  const type = textAt(event, 'type')
  if (type === 'BOOKMARK') return null
  const object = at(event, 'object')
  if (type === 'ERROR' || !isKubeObject(object)) return 'over'
  return { gone: type === 'DELETED', object }
}

function keyOf(object: KubeObject): string {
  return metaText(object, 'uid') ?? JSON.stringify(refOf(object))
}
