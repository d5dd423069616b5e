import { at, type Json, listAt, textAt } from '../../core/json.ts'
import type { Arch } from '../programs/family.ts'
import { type Answer, bodyOf, type Client, discard } from '../programs/http.ts'
import { type Job, megabytes } from '../programs/job.ts'
import { type Descriptor, digestOf, type ImageBlobs } from './layout.ts'

const INDEXES = [
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.index.v1+json',
]
const MANIFESTS = [
  'application/vnd.docker.distribution.manifest.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
]

const MANIFEST_LIMIT = 4 * 1024 * 1024
/** No image of ours comes near; a registry may claim anything. */
const IMAGE_LIMIT = 200 * 1024 * 1024

/** A place of an image. */
export type Place = {
  readonly host: string
  readonly repository: string
}

/** Pulls an image for one architecture (OCI distribution specification); every blob is checked from the pinned digest down. */
export async function pullImage(
  client: Client,
  { digest, arch, ...place }: Place & { readonly digest: string; readonly arch: Arch },
  { progress, signal }: Pick<Job, 'progress' | 'signal'>,
): Promise<ImageBlobs> {
  const blobs = new Map<string, Uint8Array>()
  const registry = authorized(client, place, signal)
  const fetchJson = async (wanted: string): Promise<{ body: Json; descriptor: Descriptor }> => {
    const answer = await registry(`manifests/${wanted}`, [...INDEXES, ...MANIFESTS].join(', '))
    const bytes = await bodyOf(answer, MANIFEST_LIMIT)
    mustMatch(bytes, wanted)
    blobs.set(wanted, bytes)
    const body = parse(bytes, place.host)
    const mediaType =
      textAt(body, 'mediaType') ?? String(answer.headers['content-type'] ?? '').split(';')[0] ?? ''
    return { body, descriptor: { mediaType, digest: wanted, size: bytes.length } }
  }
  const top = await fetchJson(digest)
  const manifest = INDEXES.includes(top.descriptor.mediaType)
    ? (await fetchJson(choose(top.body, arch))).body
    : top.body
  const config = toDescriptor(at(manifest, 'config'))
  const parts = [config, ...listAt(manifest, 'layers').map(toDescriptor)]
  const total = parts.reduce((sum, { size }) => sum + size, 0)
  if (total > IMAGE_LIMIT) throw new Error(`the image is too large: ${megabytes(total)}`)
  let done = 0
  for (const part of parts) {
    const answer = await registry(`blobs/${part.digest}`, '*/*')
    const bytes = await bodyOf(answer, part.size, (now) => {
      progress(`${megabytes(done + now)} of ${megabytes(total)}`)
    })
    mustMatch(bytes, part.digest)
    blobs.set(part.digest, bytes)
    done += bytes.length
  }
  return { top: top.descriptor, blobs }
}

/** The digest of the manifest for an architecture in a list of them. */
function choose(index: Json, arch: Arch): string {
  for (const entry of listAt(index, 'manifests')) {
    if (textAt(entry, 'platform', 'os') !== 'linux') continue
    if (textAt(entry, 'platform', 'architecture') === arch) return toDescriptor(entry).digest
  }
  throw new Error(`the image is not there for linux/${arch}`)
}

function toDescriptor(value: Json | undefined): Descriptor {
  const digest = textAt(value, 'digest')
  const size = at(value, 'size')
  if (digest === undefined || !/^sha256:[0-9a-f]{64}$/.test(digest) || typeof size !== 'number') {
    throw new Error('the manifest is not one')
  }
  return { mediaType: textAt(value, 'mediaType') ?? '', digest, size }
}

function mustMatch(bytes: Uint8Array, digest: string): void {
  const got = digestOf(bytes)
  if (got !== digest) throw new Error(`got ${got} where ${digest} was asked for`)
}

/** GETs below a repository, fetching a token once when the registry asks for one. */
function authorized(client: Client, { host, repository }: Place, signal: AbortSignal) {
  let token: string | undefined
  return async (path: string, accept: string): Promise<Answer> => {
    const get = (): Promise<Answer> =>
      client.get(
        `${host}/v2/${repository}/${path}`,
        { accept, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
        signal,
      )
    let answer = await get()
    if (answer.status === 401 && token === undefined) {
      discard(answer)
      token = await fetchToken(client, host, String(answer.headers['www-authenticate']), signal)
      answer = await get()
    }
    if (answer.status === 200) return answer
    discard(answer)
    throw new Error(`${new URL(host).host} answers ${answer.status}`)
  }
}

/** An anonymous token (distribution.github.io/distribution/spec/auth/token). */
async function fetchToken(client: Client, host: string, challenge: string, signal: AbortSignal) {
  const field = (name: string): string | undefined =>
    new RegExp(`${name}="([^"]*)"`, 'i').exec(challenge)?.[1]
  const realm = field('realm')
  if (!/^bearer /i.test(challenge) || realm === undefined) {
    throw new Error(`${new URL(host).host} requires a password`)
  }
  const url = new URL(realm)
  if (url.protocol !== new URL(host).protocol)
    throw new Error(`${url.host} asks for it without TLS`)
  for (const name of ['service', 'scope']) {
    const value = field(name)
    if (value !== undefined) url.searchParams.set(name, value)
  }
  const answer = await client.get(url.href, {}, signal)
  const body = parse(await bodyOf(answer, MANIFEST_LIMIT), url.href)
  const token = textAt(body, 'token') ?? textAt(body, 'access_token')
  if (token === undefined) throw new Error(`${url.host} returns no token`)
  return token
}

function parse(bytes: Buffer, from: string): Json {
  try {
    return JSON.parse(bytes.toString('utf8')) as Json
  } catch {
    throw new Error(`${new URL(from).host} answers with something that is not JSON`)
  }
}
