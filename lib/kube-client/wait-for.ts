import { StepError, isExplained } from '../core/errors.ts'
import { isObject, type Json, textAt } from '../core/json.ts'
import { type KubeObject, refOf, type Selection, type WaitOptions } from '../ports/cluster.ts'
import type { Server } from './discovery.ts'
import { isKubeObject, metaText } from '../objects/objects.ts'
import { listObjects, listRequest } from './reader.ts'
import { followLines } from './watch-lines.ts'
import { failureOf } from './wire.ts'

type Test<T> = (objects: readonly KubeObject[]) => T | undefined

/**
 * Lists, then watches, until `test` gives a value. Starts over with a list when the watch ends, answers 410
 * or is silent for `stallMs`; a bad network only costs time. What cannot get better (403, an unknown kind)
 * ends the wait at once.
 */
export async function waitUntil<T>(
  server: Server,
  selection: Selection,
  test: Test<T>,
  options: WaitOptions,
): Promise<T> {
  const { api } = server
  const timeout = AbortSignal.timeout(options.deadlineMs)
  const signal = AbortSignal.any([timeout, options.signal])
  const seen: Seen = { objects: new Map(), said: '', trouble: undefined }
  try {
    for (let tried = 1; ; tried += 1) {
      const value = await oneRound(server, selection, test, { options, seen, signal })
      if (value !== undefined) return value
      // A server that ends every watch at once must not be asked in a tight loop.
      if (seen.trouble !== undefined) await api.pause(Math.min(tried, 4), QUIET_REPLY, signal)
    }
  } catch (error) {
    if (options.signal.aborted) throw options.signal.reason
    if (!timeout.aborted) throw error
    throw tooLate(options, seen, error)
  }
}

/** A pause without another server's help. */
const QUIET_REPLY = { status: 0, body: undefined, text: '' }

interface Seen {
  readonly objects: Map<string, KubeObject>
  said: string
  /** Why the last round ended early. */
  trouble: string | undefined
}

interface Round {
  readonly options: WaitOptions
  readonly seen: Seen
  readonly signal: AbortSignal
}

async function oneRound<T>(
  server: Server,
  selection: Selection,
  test: Test<T>,
  { options, seen, signal }: Round,
): Promise<T | undefined> {
  const { api } = server
  const look = (): T | undefined => {
    const objects = [...seen.objects.values()]
    const value = test(objects)
    const said = value === undefined ? options.describe(objects).join('; ') : ''
    if (said !== '' && said !== seen.said) options.say?.(said)
    if (said !== '') seen.said = said
    return value
  }
  const listing = await listObjects(server, selection, signal)
  seen.objects.clear()
  for (const object of listing.objects) seen.objects.set(keyOf(object), object)
  const first = look()
  if (first !== undefined) return first

  const request = await listRequest(server, selection)
  const query = {
    ...request.query,
    watch: 'true',
    allowWatchBookmarks: 'true',
    resourceVersion: listing.resourceVersion,
  }
  seen.trouble = undefined
  try {
    for await (const event of followLines(api, { ...request, query }, signal)) {
      const change = changeOf(event)
      if (change === 'over') break
      if (change === null) continue
      if (change.gone) seen.objects.delete(keyOf(change.object))
      else seen.objects.set(keyOf(change.object), change.object)
      const value = look()
      if (value !== undefined) return value
    }
    seen.trouble = 'the watch ended'
  } catch (error) {
    if (signal.aborted || isExplained(error)) throw error
    seen.trouble = failureOf(api.target.server, error, api.limits.stallMs).message
  }
  return undefined
}

/** A watch event as what it does to the list; null for bookmarks; 'over' for an error such as 410. */
function changeOf(
  event: Json,
): { readonly gone: boolean; readonly object: KubeObject } | 'over' | null {
  const type = textAt(event, 'type')
  if (type === 'BOOKMARK') return null
  const object = isObject(event) ? event['object'] : undefined
  if (type === 'ERROR' || !isKubeObject(object)) return 'over'
  return { gone: type === 'DELETED', object }
}

function keyOf(object: KubeObject): string {
  return metaText(object, 'uid') ?? JSON.stringify(refOf(object))
}

function tooLate(options: WaitOptions, seen: Seen, error: unknown): StepError {
  const last = options.describe([...seen.objects.values()])
  const trouble = isExplained(error) ? error.explanation.problem : seen.trouble
  return new StepError(
    {
      problem: `waited ${options.deadlineMs / 1000} s for ${options.what}, in vain`,
      seen: [
        ...(last.length === 0 ? ['nothing that was asked for exists'] : last),
        ...(trouble === undefined || trouble === 'the watch ended'
          ? []
          : [`last trouble: ${trouble}`]),
      ],
      remedy: 'look at what was seen last; when it only needs longer, run again with --resume',
    },
    { cause: error },
  )
}
