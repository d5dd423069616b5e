import type { Json } from '../../core/json.ts'
import { makeImage } from '../../supply/images/images.ts'
import { lookImage } from '../../supply/images/store.ts'
import { images } from '../../supply/image-pins.ts'
import type { ProgramsContext } from '../../supply/programs/context.ts'
import type { ImageArchive } from '../../ports/resources.ts'
import { type Kind, oneByOne } from './kind.ts'

/** An image as a tar in the cache, pulled by its digest or made here. */
export function imageArchiveKind(
  context: ProgramsContext,
  signal: AbortSignal,
): Kind<ImageArchive> {
  return {
    name: ({ image }) => `image ${image}`,
    wanted: () => ({}),
    isWanted: (_, now) => now !== null,
    look: oneByOne(async ({ image }): Promise<Json> => {
      const found = await lookImage(images[image], context)
      if (found === null) return null
      return { reference: found.reference, digest: found.digest, source: found.source }
    }),
    async put({ image }, progress) {
      await makeImage(images[image], { context, progress, signal })
    },
    // The cache is not the lab's.
    restore: () => Promise.resolve(),
    undone: () => null,
    change: ({ image }) => ({
      action: 'create',
      what: `image ${image}`,
      note: 'into the cache, pulled by its digest, else made here',
    }),
  }
}
