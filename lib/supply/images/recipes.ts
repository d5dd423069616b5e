import type { ImageName } from '../../core/programs.ts'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { families } from '../pins.ts'
import { runOrThrow } from '../../process/run-or-throw.ts'
import { acquirePrograms } from '../programs/acquire.ts'
import { archOf } from '../programs/context.ts'
import type { Image } from '../programs/family.ts'
import type { Job } from '../programs/job.ts'
import { type ImageBlobs, imageOf, type LayerEntry, layerOf } from './layout.ts'

/** An image made here from a program. */
export type MadeImage = ImageBlobs & {
  readonly reference: string
  readonly from: string
}

const PATH = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/** Makes an image from its family of programs, which is acquired first where it is not there. */
export async function makeFromPrograms(image: Image, job: Job): Promise<MadeImage> {
  const { context, progress, signal } = job
  const found = await acquirePrograms(families[image.made.family], job)
  progress(`putting ${image.made.family} ${found.version} into an image`)
  const { entries, config } = await RECIPES[image.name](found.dir, signal)
  const reference = image.made.reference.replace('{version}', upstream(found.version))
  return {
    ...imageOf(await layerOf(entries), archOf(context), config),
    reference,
    from: found.source,
  }
}

type Contents = {
  readonly entries: readonly LayerEntry[]
  readonly config: object
}

/** What is in each image; the official ones' entry points, ports and users. */
const RECIPES: Readonly<
  Record<ImageName, (bin: string, signal: AbortSignal) => Promise<Contents>>
> = {
  coredns: corednsIn,
  'coredns-current': corednsIn,
  pause: async (bin) => ({
    entries: [await programOf(bin, 'pause', 'pause')],
    config: { Entrypoint: ['/pause'], User: '65535:65535', Env: [PATH] },
  }),
  prober: async (bin) => ({
    entries: [
      ...['hardway', 'bin'].map(folder),
      await programOf(bin, 'prober', 'hardway/prober'),
      // A pod's image can be changed, its command cannot: it is busybox's.
      { type: 'symlink', name: 'bin/sleep', mode: 0o777, linkname: '../hardway/prober' },
    ],
    config: { Cmd: ['sleep', 'infinity'], User: '65534:65534', Env: [PATH] },
  }),
  probe: async (bin, signal) => ({
    entries: await busyboxIn(bin, signal),
    config: { Cmd: ['sh'], Env: [PATH] },
  }),
}

/** A system of busybox alone, with root as its user: all applets that the busybox in the folder `bin` has. */
export async function busyboxIn(bin: string, signal: AbortSignal): Promise<readonly LayerEntry[]> {
  const applets = await runOrThrow([join(bin, 'busybox'), '--list'], { signal })
  const names = applets.stdout.split('\n').filter((name) => /^[\w[.-]+$/.test(name))
  return [
    ...['bin', 'etc', 'root', 'home', 'usr', 'usr/bin', 'usr/sbin', 'var'].map(folder),
    { type: 'directory', name: 'tmp', mode: 0o1777 },
    { type: 'file', name: 'etc/passwd', mode: 0o644, body: 'root:x:0:0:root:/root:/bin/sh\n' },
    { type: 'file', name: 'etc/group', mode: 0o644, body: 'root:x:0:\n' },
    await programOf(bin, 'busybox', 'bin/busybox'),
    ...names
      .filter((name) => name !== 'busybox')
      .map(
        (name) =>
          ({ type: 'symlink', name: `bin/${name}`, mode: 0o777, linkname: 'busybox' }) as const,
      ),
  ]
}

async function corednsIn(bin: string): Promise<Contents> {
  return {
    entries: [await programOf(bin, 'coredns', 'coredns')],
    config: { Entrypoint: ['/coredns'], ExposedPorts: { '53/tcp': {}, '53/udp': {} }, Env: [PATH] },
  }
}

function folder(name: string): LayerEntry {
  return { type: 'directory', name, mode: 0o755 }
}

async function programOf(bin: string, program: string, name: string): Promise<LayerEntry> {
  return { type: 'file', name, mode: 0o755, body: await readFile(join(bin, program)) }
}

/** `1.35.0` of Debian's `1:1.35.0-4+deb12u1`: no epoch, no revision (deb-version(7)); fit for a tag. */
function upstream(version: string): string {
  return version
    .replace(/^\d+:/, '')
    .replace(/-[^-]*$/, '')
    .replace(/[^\w.-]/g, '_')
}
