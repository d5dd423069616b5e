import assert from 'node:assert/strict'
import { lstat, readdir, readFile, writeFile } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { status, stubServer } from '../kube-client/stub-server.ts'
import type { Stub } from '../kube-client/stub-server.ts'
import { command } from '../e2e/program.ts'
import { tempDir } from '../supply/programs/support.ts'

/** Secrets are planted wherever the program comes by; none may come out of it. */
const CANARY = 'c4nary7f3e9b21d0'
const base64 = (text: string): string => Buffer.from(text).toString('base64')

const KEY = base64(`-----BEGIN EC PRIVATE KEY-----\n${CANARY}\n-----END EC PRIVATE KEY-----\n`)

/** An API server that throws its callers' secrets back at them. */
const SAYS = [
  `Authorization: Bearer ${CANARY}`,
  `https://admin:${CANARY}@10.0.0.1/x`,
  `"password": "${CANARY}"`,
  `client-key-data: ${KEY}`,
  '\u001b[2J\u001b]0;owned\u0007',
].join('; ')

let stub: Stub
before(async () => {
  const namespace = {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'kube-system', uid: 'u-1' },
  }
  const kinds = { resources: [{ name: 'namespaces', kind: 'Namespace', namespaced: false }] }
  stub = await stubServer(({ url }, answer) => {
    if (url === '/api/v1') answer.json(200, kinds)
    else if (url.startsWith('/api/v1/namespaces/kube-system?') || url.endsWith('/kube-system'))
      answer.json(200, namespace)
    else inParts(answer.raw, JSON.stringify(status(403, 'Forbidden', SAYS)))
  })
})
after(() => stub.stop())

/** The files of a report. */
const REPORT = ['commands.sh', 'junit.xml', 'report.html', 'run.jsonl']

/** So that no secret arrives in one piece. */
function inParts(response: ServerResponse, text: string): void {
  response.writeHead(403, { 'content-type': 'application/json' })
  for (let from = 0; from < text.length; from += 7) response.write(text.slice(from, from + 7))
  response.end()
}

for (const form of [['--json', '--verbose'], []]) {
  test(`no planted secret comes out with ${form.join(' ') || 'plain words'}`, async (t) => {
    const folder = await tempDir(t)
    const kubeconfig = join(folder, 'config')
    const config = JSON.parse(await readFile(stub.kubeconfig, 'utf8')) as { users: unknown }
    config.users = [{ name: 'admin', user: { token: CANARY } }]
    await writeFile(kubeconfig, JSON.stringify(config), { mode: 0o600 })
    const file = join(folder, 'inventory.yaml')
    await writeFile(
      file,
      `target: { kubeconfig: ${kubeconfig}, context: test }
`,
    )
    const state = join(folder, 'state')
    const env = { XDG_STATE_HOME: state }
    const report = join(folder, 'report')
    const args = ['run.ts', ...form, '--inventory', file, '--report', report]
    const { code, stdout, stderr } = await command(process.execPath, args, { env })
    assert.equal(code, 1, stderr)
    const left = [...(await everythingBelow(state)), ...(await everythingBelow(report))]
    assert.deepEqual(await readdir(report), REPORT)
    const out = [stdout, stderr, ...left.map(({ text }) => text)].join('\n')
    // What the server had said is told, and the run had begun to write things down.
    assert.match(stdout + stderr, /403(?: Forbidden)?: .*\[redacted/)
    assert.ok(left.length > 0)
    for (const secret of [CANARY, base64(CANARY).replace(/=*$/, ''), KEY, '\u001b']) {
      assert.equal(out.includes(secret), false, out)
    }
    for (const { path, mode, isFolder } of left) {
      assert.equal(mode, isFolder ? 0o700 : 0o600, path)
    }
  })
}

interface Entry {
  readonly path: string
  readonly mode: number
  readonly isFolder: boolean
  readonly text: string
}

async function everythingBelow(folder: string): Promise<readonly Entry[]> {
  const names = await readdir(folder, { recursive: true }).catch(() => [])
  return Promise.all(
    names.map(async (name) => {
      const path = join(folder, name)
      const found = await lstat(path)
      const isFolder = found.isDirectory()
      const text = isFolder ? '' : await readFile(path, 'utf8')
      return { path, mode: found.mode & 0o777, isFolder, text }
    }),
  )
}
