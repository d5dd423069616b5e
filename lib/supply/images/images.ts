import type { ImageName } from '../../core/programs.ts'
import { images } from '../pins.ts'
import { StepError } from '../../core/errors.ts'
import { archOf, foldersOf, type ProgramsContext } from '../programs/context.ts'
import { explainFetch, openClient } from '../programs/http.ts'
import type { Job } from '../programs/job.ts'
import { withLock } from '../programs/lock.ts'
import { type Progress, throttled } from '../programs/progress.ts'
import { explainCache, isDisk } from '../programs/space.ts'
import type { Image } from './image.ts'
import { makeFromPrograms } from './recipes.ts'
import { type Place, pullImage } from './registry.ts'
import { type FoundImage, lookPinned, storeImage } from './store.ts'

/** An image in the cache; null where it is not there. Writes nothing, starts nothing. */
export function lookImage(name: ImageName, context: ProgramsContext): Promise<FoundImage | null> {
  return lookPinned(images[name], context)
}

/**
 * Makes an image be in the cache: finds it there, else pulls it by its pinned digest, else makes it
 * here from programs. Rejects with a StepError naming what was tried, or with the signal's reason.
 */
export function makeImage(
  name: ImageName,
  context: ProgramsContext,
  progress: Progress,
  signal: AbortSignal,
): Promise<FoundImage> {
  return makePinned(images[name], context, progress, signal)
}

/** Like `makeImage`, for an image that need not be one of the pinned ones. */
export async function makePinned(
  image: Image,
  context: ProgramsContext,
  progress: Progress,
  signal: AbortSignal,
): Promise<FoundImage> {
  const found = await lookPinned(image, context)
  if (found !== null) return found
  const { locks } = foldersOf(context)
  const job = { context, progress, signal }
  const waiting = (pid: number): void => {
    progress(`waiting for process ${pid}, which makes it too`)
  }
  try {
    return await withLock(locks, `image-${image.name}`, { signal, waiting }, async () => {
      return (await lookPinned(image, context)) ?? (await pullOrMake(image, job))
    })
  } catch (error) {
    signal.throwIfAborted()
    throw await explainCache(context.cacheDir, error)
  }
}

async function pullOrMake(image: Image, job: Job): Promise<FoundImage> {
  const said: string[] = []
  const pulled = await tryPulls(image, job, said)
  if (pulled !== null) return pulled
  try {
    const made = await makeFromPrograms(image, job)
    const because = said.length > 0 ? `, since ${said.join('; ')}` : ''
    const { reference, from } = made
    const names = { reference, source: `made here: ${from}${because}` }
    return await storeImage(image, job.context, names, made)
  } catch (error) {
    if (!(error instanceof StepError)) throw error
    const { explanation } = error
    throw new StepError(
      {
        ...explanation,
        problem: `the image ${image.pull.reference} can neither be pulled nor made`,
        seen: [...said, ...(explanation.seen ?? [])],
      },
      { cause: error },
    )
  }
}

async function tryPulls(
  image: Image,
  { context, progress, signal }: Job,
  said: string[],
): Promise<FoundImage | null> {
  const { reference, digest } = image.pull
  const client = openClient(context.env)
  try {
    for (const place of placesOf(image, context)) {
      const { host } = new URL(place.host)
      const from = `${host}/${place.repository}@${digest}`
      progress(`pulling ${from}`)
      const often = throttled((text) => {
        progress(`pulling ${reference}, ${text}`)
      })
      try {
        const wanted = { ...place, digest, arch: archOf(context) }
        const blobs = await pullImage(client, wanted, { progress: often, signal })
        return await storeImage(image, context, { reference, source: `pulled from ${from}` }, blobs)
      } catch (error) {
        signal.throwIfAborted()
        if (isDisk(error)) throw error
        said.push(`${host}: ${explainFetch(error)}`)
        progress(`not pulled: ${explainFetch(error)}`)
      }
    }
    return null
  } finally {
    await client.close()
  }
}

/** With a mirror only the mirror is asked, under each of the names the image has elsewhere. */
function placesOf({ pull }: Image, { mirrors }: ProgramsContext): readonly Place[] {
  const host = mirrors?.images
  return host === undefined ? pull.from : pull.from.map(({ repository }) => ({ host, repository }))
}
