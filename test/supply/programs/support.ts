import { createHash } from 'node:crypto'
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { TestContext } from 'node:test'
import { gzipSync } from 'node:zlib'
import { pack } from 'tar-stream'
import type { ProgramsContext } from '../../../lib/supply/programs/context.ts'

export const signal = new AbortController().signal

/** A folder that goes away with the test. */
export async function tempDir(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'hardway-test-'))
  t.after(() => rm(path, { recursive: true, force: true }))
  return path
}

/** A context whose cache and project are empty folders and whose environment is as good as empty. */
export async function contextIn(
  t: TestContext,
  more: Partial<ProgramsContext> = {},
): Promise<ProgramsContext> {
  const path = await tempDir(t)
  const projectDir = join(path, 'project')
  await mkdir(projectDir)
  const env = { PATH: '/usr/bin:/bin', HOME: join(path, 'home') }
  return { cacheDir: join(path, 'cache'), projectDir, env, arch: 'amd64', ...more }
}

/** A web server on this machine; returns its URL without a slash at the end. */
export async function serve(t: TestContext, listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** A URL at which nobody listens. */
export async function closedPort(): Promise<string> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return `http://127.0.0.1:${port}`
}

/** `sha256:…` of some bytes. */
export function sumOf(bytes: Uint8Array | string): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`
}

/** A gzipped tar of files. */
export async function archiveOf(files: Readonly<Record<string, string>>): Promise<Buffer> {
  const tar = pack()
  for (const [name, body] of Object.entries(files)) tar.entry({ name, mode: 0o755 }, body)
  tar.finalize()
  const chunks: Buffer[] = []
  for await (const chunk of tar) chunks.push(chunk as Buffer)
  return gzipSync(Buffer.concat(chunks))
}

/** An executable shell script. */
export async function script(path: string, ...lines: readonly string[]): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, ['#!/bin/sh', ...lines, ''].join('\n'))
  await chmod(path, 0o755)
}

/** All files below a folder, sorted; empty where there is none. */
export async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .toSorted()
}
