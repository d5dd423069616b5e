import { StepError } from '../../core/errors.ts'
import { archOf, type ProgramsContext } from '../programs/context.ts'
import type { Image } from '../programs/family.ts'
import { findOrMake } from '../programs/find-or-make.ts'
import { explainFetch, openClient } from '../programs/http.ts'
import { type Job, throttled } from '../programs/job.ts'
import { isDisk } from '../programs/space.ts'
import { makeFromPrograms } from './recipes.ts'
import { type Place, pullImage } from './registry.ts'
import { images } from '../image-pins.ts'
import { type FoundImage, lookImage, storeImage, storeInstead } from './store.ts'

/** An image, found in the cache, else pulled by its digest, else made from programs. @throws StepError naming all tried */
export function makeImage(image: Image, job: Job): Promise<FoundImage> {
  return findOrMake(
    `image-${image.name}`,
    job,
    () => lookImage(image, job.context),
    () => pullOrMake(image, job),
  )
}

async function pullOrMake(image: Image, job: Job): Promise<FoundImage> {
  const said: string[] = []
  const pulled = image.pull === undefined ? null : await tryPulls(image, image.pull, job, said)
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
    if (image.orElse !== undefined) {
      const why = (explanation.seen ?? [explanation.problem]).join('; ')
      const other = await makeImage(images[image.orElse], job)
      const source = `${other.reference} in its place, since ${why}`
      return storeInstead(image, job.context, { ...other, source })
    }
    throw new StepError(
      {
        ...explanation,
        problem: `the image ${image.pull?.reference ?? image.name} can neither be pulled nor made`,
        seen: [...said, ...(explanation.seen ?? [])],
      },
      { cause: error },
    )
  }
}

type Pull = NonNullable<Image['pull']>

async function tryPulls(
  image: Image,
  pull: Pull,
  { context, progress, signal }: Job,
  said: string[],
): Promise<FoundImage | null> {
  const { reference, digest } = pull
  const client = await openClient(context.env)
  try {
    for (const place of placesOf(pull, context)) {
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
function placesOf(pull: Pull, { mirrors }: ProgramsContext): readonly Place[] {
  const host = mirrors?.images
  return host === undefined ? pull.from : pull.from.map(({ repository }) => ({ host, repository }))
}
