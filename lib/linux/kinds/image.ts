import { stat } from 'node:fs/promises'
import type { ImageName } from '../../core/programs.ts'
import { join } from 'node:path'
import type { Json } from '../../core/json.ts'
import { StepError } from '../../core/errors.ts'
import { run } from '../../process/command.ts'
import { type FoundImage, lookImage } from '../../supply/images/store.ts'
import { images } from '../../supply/image-pins.ts'
import { runOrThrow } from '../../process/run-or-throw.ts'
import { binDir } from '../../supply/programs/cache.ts'
import type { ProgramsContext } from '../../supply/programs/context.ts'
import { type Image, SANDBOX_IMAGE } from '../../ports/resources.ts'
import { absent } from '../files.ts'
import { answers } from '../sockets.ts'
import { inGroups, type Kind } from './kind.ts'

/** An image in a worker's containerd; imported where its digest is not there. */
export function imageKind(context: ProgramsContext): Kind<Image> {
  let ctr: string | undefined
  // The name of its folder is a sum over files, so it is worked out once, and only where an image is looked at.
  const pathOfCtr = (): string => (ctr ??= join(binDir('containerd', context), 'ctr'))
  return {
    together: true,
    name: ({ image, host }) => `image ${image} on ${host}`,
    wanted: () => ({ current: true }),
    look: (resources) =>
      inGroups(
        resources,
        ({ socket }) => socket,
        async (group, socket) => {
          const path = pathOfCtr()
          // Without the programs of this user's cache nobody can be asked; to bring them is a step before.
          const asked = (await stat(path).catch(absent)) !== null && (await answers(socket))
          const there = asked ? await imagesOf(path, socket) : new Map<string, string>()
          return Promise.all(group.map(({ image }) => stateOf(image, there)))
        },
      ),
    async put({ image, socket }) {
      const found = await lookImage(images[image], context)
      if (found === null) throw missing(image)
      const ask = [pathOfCtr(), '--address', socket, '--namespace', 'k8s.io', 'images']
      await runOrThrow([...ask, 'import', found.archive])
      if (image === 'pause')
        await runOrThrow([...ask, 'tag', '--force', found.reference, SANDBOX_IMAGE])
    },
    // containerd's whole store goes with the worker's folder; running pods may still need the image.
    restore: () => Promise.resolve(),
    undone: () => null,
  }

  async function stateOf(image: ImageName, there: ReadonlyMap<string, string>): Promise<Json> {
    const found = await lookImage(images[image], context)
    if (found === null) return null
    const names = namesOf(image, found)
    if (names.every((name) => there.get(name) === undefined)) return null
    return { current: names.every((name) => there.get(name) === found.digest) }
  }
}

function namesOf(image: ImageName, { reference }: FoundImage): readonly string[] {
  return image === 'pause' ? [reference, SANDBOX_IMAGE] : [reference]
}

/** Reference -> digest, from the table that `ctr images ls` prints. */
async function imagesOf(ctr: string, socket: string): Promise<Map<string, string>> {
  const { stdout } = await run([ctr, '--address', socket, '--namespace', 'k8s.io', 'images', 'ls'])
  const rows = stdout.trim().split('\n').slice(1)
  return new Map(
    rows.map((row) => {
      const [reference = '', , digest = ''] = row.split(/\s+/)
      return [reference, digest]
    }),
  )
}

function missing(image: ImageName): StepError {
  return new StepError({
    problem: `the image ${image} is not in the cache`,
    remedy: 'npx tsx run.ts lab up, which gets it again',
  })
}
