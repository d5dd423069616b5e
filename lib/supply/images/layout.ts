import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { buffer } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { pack } from 'tar-stream'
import type { Arch } from '../programs/family.ts'

/** What points at a blob (OCI image specification, descriptor.md). */
export type Descriptor = {
  readonly mediaType: string
  readonly digest: string
  readonly size: number
  readonly platform?: {
    readonly architecture: string
    readonly os: string
    readonly variant?: string
  }
}

/** An image as its blobs: by digest, and which one stands for the whole. */
export type ImageBlobs = {
  readonly top: Descriptor
  readonly blobs: ReadonlyMap<string, Uint8Array>
}

/** `sha256:…` of some bytes. */
export function digestOf(bytes: Uint8Array | string): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`
}

/** Writes an OCI layout in a tar that containerd imports under `reference`; reproducible, and flushed to the disk. */
export async function writeLayout(
  file: string,
  reference: string,
  { top, blobs }: ImageBlobs,
): Promise<void> {
  const annotations = {
    // containerd's own, a full name; the other is the specification's and holds the tag alone.
    'io.containerd.image.name': reference,
    'org.opencontainers.image.ref.name': reference.slice(reference.lastIndexOf(':') + 1),
  }
  const index = { schemaVersion: 2, manifests: [{ ...top, annotations }] }
  const tar = pack()
  const writing = pipeline(tar, createWriteStream(file, { flush: true }))
  const entries = [
    ['oci-layout', JSON.stringify({ imageLayoutVersion: '1.0.0' })] as const,
    ['index.json', JSON.stringify(index)] as const,
    ...[...blobs].toSorted().map(([digest, bytes]) => [blobPath(digest), bytes] as const),
  ]
  for (const [name, body] of entries) {
    tar.entry({ name, mode: 0o644, mtime: new Date(0) }, toBuffer(body))
  }
  tar.finalize()
  await writing
}

function blobPath(digest: string): string {
  return `blobs/${digest.replace(':', '/')}`
}

/** An image of one layer. `config` is the part of the same name in the image's configuration. */
export function imageOf(layer: Uint8Array, arch: Arch, config: object): ImageBlobs {
  const blobs = new Map<string, Uint8Array>()
  const put = (mediaType: string, bytes: Uint8Array): Descriptor => {
    const digest = digestOf(bytes)
    blobs.set(digest, bytes)
    return { mediaType, digest, size: bytes.length }
  }
  const json = (mediaType: string, value: object): Descriptor =>
    put(mediaType, Buffer.from(JSON.stringify(value)))
  const layers = [put('application/vnd.oci.image.layer.v1.tar', layer)]
  const platform = { architecture: arch, os: 'linux' }
  const made = json('application/vnd.oci.image.config.v1+json', {
    created: new Date(0).toISOString(),
    ...platform,
    config,
    rootfs: { type: 'layers', diff_ids: layers.map(({ digest }) => digest) },
    history: [{ created: new Date(0).toISOString(), created_by: 'hardway' }],
  })
  const mediaType = 'application/vnd.oci.image.manifest.v1+json'
  const top = json(mediaType, { schemaVersion: 2, mediaType, config: made, layers })
  return { top: { ...top, platform }, blobs }
}

/** A file, folder or link of a layer, as tar-stream has it. Owned by root, dated 1970. */
export type LayerEntry = {
  readonly type: 'file' | 'directory' | 'symlink'
  readonly name: string
  readonly mode: number
  readonly linkname?: string
  readonly body?: Uint8Array | string
}

/** A layer as an uncompressed tar: the same entries give the same bytes. */
export async function layerOf(entries: readonly LayerEntry[]): Promise<Buffer> {
  const tar = pack()
  for (const { body, ...header } of entries) {
    const dated = { ...header, mtime: new Date(0) }
    if (body === undefined) tar.entry(dated)
    else tar.entry(dated, toBuffer(body))
  }
  tar.finalize()
  return buffer(tar)
}

function toBuffer(body: Uint8Array | string): Buffer {
  return typeof body === 'string'
    ? Buffer.from(body)
    : Buffer.from(body.buffer, body.byteOffset, body.length)
}
