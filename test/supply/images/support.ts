import type { RequestListener } from 'node:http'
import { extract } from 'tar-stream'
import type { Json } from '../../../lib/core/json.ts'
import { digestOf } from '../../../lib/supply/images/layout.ts'

/** A JSON document; null where there is none. */
export function jsonOf(bytes: Buffer | undefined): Json {
  return bytes === undefined ? null : (JSON.parse(bytes.toString()) as Json)
}

/** The members of a tar, by name. */
export async function membersOf(tar: Buffer): Promise<Map<string, Buffer>> {
  const members = new Map<string, Buffer>()
  const entries = extract()
  entries.end(tar)
  for await (const entry of entries) {
    const chunks: Buffer[] = []
    for await (const chunk of entry) chunks.push(chunk as Buffer)
    members.set(entry.header.name, Buffer.concat(chunks))
  }
  return members
}

const DOCKER = 'application/vnd.docker.distribution'

/** An image as a registry has it: one layer, one configuration, for two architectures. */
export function fakeImage(contents: string) {
  const blobs = new Map<string, Buffer>()
  const put = (mediaType: string, body: string) => {
    const bytes = Buffer.from(body)
    const digest = digestOf(bytes)
    blobs.set(digest, bytes)
    return { mediaType, digest, size: bytes.length }
  }
  const manifests = ['amd64', 'arm64'].map((architecture) => {
    const config = put(
      'application/vnd.docker.container.image.v1+json',
      `{"architecture":"${architecture}"}`,
    )
    const layers = [
      put('application/vnd.docker.image.rootfs.diff.tar.gzip', contents + architecture),
    ]
    const mediaType = `${DOCKER}.manifest.v2+json`
    const manifest = put(mediaType, JSON.stringify({ schemaVersion: 2, mediaType, config, layers }))
    return { ...manifest, platform: { architecture, os: 'linux' } }
  })
  const mediaType = `${DOCKER}.manifest.list.v2+json`
  const list = put(mediaType, JSON.stringify({ schemaVersion: 2, mediaType, manifests }))
  return { blobs, digest: list.digest }
}

/** A registry that wants an anonymous token for a repository. */
export function registry(
  repository: string,
  blobs: ReadonlyMap<string, Buffer>,
  asked: string[] = [],
): RequestListener {
  return (request, response) => {
    const url = new URL(request.url ?? '', `http://${request.headers.host}`)
    asked.push(url.pathname)
    if (url.pathname === '/token') {
      const scope = url.searchParams.get('scope')
      return void response.end(
        JSON.stringify({ token: scope === `repository:${repository}:pull` ? 'good' : 'bad' }),
      )
    }
    if (request.headers.authorization !== 'Bearer good') {
      const challenge = `Bearer realm="${url.origin}/token",service="test",scope="repository:${repository}:pull"`
      return void response.writeHead(401, { 'www-authenticate': challenge }).end('{}')
    }
    const match = /^\/v2\/(.+)\/(manifests|blobs)\/(sha256:[0-9a-f]{64})$/.exec(url.pathname)
    const bytes = match?.[1] === repository ? blobs.get(match[3] ?? '') : undefined
    if (bytes === undefined) return void response.writeHead(404).end('{}')
    response.end(bytes)
  }
}
