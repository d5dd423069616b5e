import { createHash, randomUUID } from 'node:crypto'
import { copyFile, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { families } from '../pins.ts'
import { defined } from '../../core/defined.ts'
import { isObject, type Json, textAt } from '../../core/json.ts'
import { mustBeTrusted } from '../../trust/trusted-path.ts'
import { familyDir } from '../programs/cache.ts'
import { archOf, foldersOf, type ProgramsContext } from '../programs/context.ts'
import { removeUnfinished } from '../programs/find-or-make.ts'
import type { Image } from '../programs/family.ts'
import { findToolchain } from '../programs/toolchain.ts'
import { type ImageBlobs, writeLayout } from './layout.ts'

/** An image in the cache. */
export type FoundImage = {
  /** The name under which it is imported: `docker.io/coredns/coredns:1.6.2`. */
  readonly reference: string
  /** `sha256:…` of what the name stands for, as `ctr images ls` shows it. */
  readonly digest: string
  /** The tar to import, absolute. */
  readonly archive: string
  /** One line for people: pulled from where, or made of what and why. */
  readonly source: string
}

const FORMAT = 1

function imageDir({ name, made, pull }: Image, context: ProgramsContext): string {
  // The family's folder is named by all that goes into its programs.
  const family = basename(familyDir(families[made.family], context))
  const parts = [FORMAT, archOf(context), pull?.digest, pull?.reference, made.reference, family]
  const key = createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 12)
  return join(foldersOf(context).images, `${name}-${key}`)
}

/** An image in the cache; null where it is not there. Writes nothing, starts nothing. */
export async function lookImage(
  image: Image,
  context: ProgramsContext,
): Promise<FoundImage | null> {
  const folder = imageDir(image, context)
  const archive = join(folder, 'image.tar')
  await mustBeTrusted(join(folder, 'record.json'))
  await mustBeTrusted(archive)
  try {
    const record = JSON.parse(await readFile(join(folder, 'record.json'), 'utf8')) as Json
    const [reference, digest, source] = ['reference', 'digest', 'source'].map((key) =>
      textAt(record, key),
    )
    if (!isObject(record) || record['format'] !== FORMAT) return null
    if (reference === undefined || digest === undefined || source === undefined) return null
    if ((await stat(archive)).size !== record['size']) return null
    // Another Go than the one that could not make it may.
    const without = textAt(record, 'without')
    if (without !== undefined && without !== (await goHere(context))) return null
    return { reference, digest, archive, source }
  } catch {
    return null
  }
}

/** Puts an image into the cache under its final name, whole or not at all. */
export async function storeImage(
  image: Image,
  context: ProgramsContext,
  { reference, source }: Pick<FoundImage, 'reference' | 'source'>,
  blobs: ImageBlobs,
): Promise<FoundImage> {
  const { digest } = blobs.top
  const write = (archive: string) => writeLayout(archive, reference, blobs)
  return store(image, context, { reference, digest, source }, write)
}

/** Puts another image into the cache in the place of one that could not be made with the Go that is here. */
export async function storeInstead(
  image: Image,
  context: ProgramsContext,
  { archive: from, ...names }: FoundImage,
): Promise<FoundImage> {
  const without = await goHere(context)
  return store(image, context, { ...names, without }, (archive) => copyFile(from, archive))
}

async function goHere(context: ProgramsContext): Promise<string> {
  return (await findToolchain(context))?.version ?? 'none'
}

async function store(
  image: Image,
  context: ProgramsContext,
  {
    reference,
    digest,
    source,
    without,
  }: Omit<FoundImage, 'archive'> & { readonly without?: string },
  write: (archive: string) => Promise<void>,
): Promise<FoundImage> {
  const final = imageDir(image, context)
  await removeUnfinished(dirname(final), `${basename(final)}.`)
  const folder = `${final}.${randomUUID()}`
  await mkdir(folder, { recursive: true })
  try {
    const archive = join(folder, 'image.tar')
    await write(archive)
    const { size } = await stat(archive)
    const record = { format: FORMAT, reference, digest, source, size, ...defined({ without }) }
    await writeFile(join(folder, 'record.json'), `${JSON.stringify(record, null, 2)}\n`, {
      flush: true,
    })
    await rm(final, { recursive: true, force: true })
    await rename(folder, final)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
  return { reference, digest, archive: join(final, 'image.tar'), source }
}
