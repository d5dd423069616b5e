import { generateKeyPairSync } from 'node:crypto'
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { InputError } from '../../lib/core/errors.ts'
import type { OpenCluster } from '../../lib/kube-client/open-cluster.ts'
import { configMap, stubServer } from './stub-server.ts'
import type { Stub } from './stub-server.ts'

const ref = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'kube-system', name: 'coredns' }

let stub: Stub
before(async () => {
  stub = await stubServer((_, answer) => {
    answer.json(200, configMap('coredns', {}))
  })
})
after(() => stub.stop())

async function openAs(user: object): Promise<OpenCluster> {
  const config = JSON.parse(await readFile(stub.kubeconfig, 'utf8')) as object
  const path = join(stub.folder, 'kubeconfig-plain')
  await writeFile(path, JSON.stringify({ ...config, users: [{ name: 'admin', user }] }))
  return stub.open({ kubeconfig: path })
}

const authorization = (): string | undefined => stub.received.at(-1)?.headers.authorization

test('files are found beside the kubeconfig, data is read from base64', async () => {
  const data = async (name: string): Promise<string> =>
    (await readFile(join(stub.folder, name))).toString('base64')
  const byFile = await openAs({ 'client-certificate': 'admin.crt', 'client-key': './admin.key' })
  assert.notEqual(await byFile.get(ref), null)
  const byData = await openAs({
    'client-certificate-data': await data('admin.crt'),
    'client-key-data': await data('admin.key'),
  })
  assert.notEqual(await byData.get(ref), null)
})

test('a token file is read again for each request', async () => {
  const cluster = await openAs({ tokenFile: 'token' })
  await writeFile(join(stub.folder, 'token'), 'first\n')
  await cluster.get(ref)
  assert.equal(authorization(), 'Bearer first')
  await writeFile(join(stub.folder, 'token'), 'second\n')
  await cluster.get(ref)
  assert.equal(authorization(), 'Bearer second')
})

const unusable: readonly (readonly [string, object, RegExp])[] = [
  ['a file that is not there', { 'client-certificate': 'gone.crt' }, /gone\.crt cannot be read$/],
  [
    'a key of another certificate',
    { 'client-certificate': 'admin.crt', 'client-key': 'server.key' },
    /certificates and key do not match, or are damaged$/,
  ],
  [
    'a key of another kind than its certificate',
    {
      'client-certificate': 'admin.crt',
      'client-key-data': Buffer.from(
        generateKeyPairSync('rsa', {
          modulusLength: 2048,
          publicKeyEncoding: { type: 'spki', format: 'pem' },
          privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
        }).privateKey,
      ).toString('base64'),
    },
    /certificates and key do not match, or are damaged$/,
  ],
  [
    'a certificate without its key',
    { 'client-certificate': 'admin.crt' },
    /certificates and key do not match, or are damaged$/,
  ],
  [
    'an encrypted key',
    {
      'client-certificate': 'admin.crt',
      'client-key-data': Buffer.from('-----BEGIN ENCRYPTED PRIVATE KEY-----\n').toString('base64'),
    },
    /is encrypted, and nobody is asked for a passphrase/,
  ],
  [
    'data that is no certificate',
    { 'client-certificate-data': 'Y2FuYXJ5' },
    /certificates and key do not match, or are damaged$/,
  ],
]

for (const [what, user, problem] of unusable) {
  test(`${what} is bad input, told before anything is sent and without quoting it`, async () => {
    const sent = stub.received.length
    const cluster = await openAs(user)
    await assert.rejects(cluster.get(ref), (error: unknown) => {
      assert.ok(error instanceof InputError, String(error))
      assert.match(error.message, problem)
      assert.doesNotMatch(JSON.stringify(error.explanation), /canary|Y2FuYXJ5/)
      return true
    })
    assert.equal(stub.received.length, sent)
  })
}

test('kept connections do not keep the process alive', async () => {
  const script = `
    const { openCluster } = await import(${JSON.stringify(new URL('../../lib/kube-client/open-cluster.ts', import.meta.url).href)})
    const cluster = await openCluster({ kubeconfig: ${JSON.stringify(stub.kubeconfig)}, userAgent: 'x', fieldManager: 'x', readOnly: true })
    await cluster.get(${JSON.stringify(ref)})
    console.log('read')
  `
  const started = performance.now()
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '-e', script],
    { timeout: 20_000 },
  )
  assert.equal(stdout, 'read\n')
  assert.ok(performance.now() - started < 20_000)
})
