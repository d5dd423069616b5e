import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { PROJECT } from './program.ts'

/** The chapter's manifest, as it is kept with this project. */
export function chapterManifest(): Promise<string> {
  return readFile(join(PROJECT, 'manifests', 'coredns-1.6.2.yaml'), 'utf8')
}

/** A place to download from that answers as it is told. */
export interface ManifestServer {
  readonly url: string
  body: string
  close(): void
}

export async function manifestServer(): Promise<ManifestServer> {
  const answers = { body: await chapterManifest() }
  const server = createServer((_request, response) => {
    response.end(answers.body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${String(port)}/coredns.yaml`,
    get body() {
      return answers.body
    },
    set body(text) {
      answers.body = text
    },
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}
