import assert from 'node:assert/strict'
import { chmod, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { StepError } from '../../lib/core/errors.ts'
import { LIMITS } from '../../lib/kube-client/api.ts'
import type { OpenCluster } from '../../lib/kube-client/open-cluster.ts'
import { accept } from './socket-server.ts'
import { configMap, stubServer } from './stub-server.ts'
import type { Stub } from './stub-server.ts'

const ref = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'kube-system', name: 'coredns' }

let stub: Stub
before(async () => {
  stub = await stubServer(
    (_, answer) => {
      answer.json(200, configMap('coredns', {}))
    },
    (request, socket) => {
      accept(request, socket).send(3, '{"status":"Success"}')
    },
  )
})
after(() => stub.stop())

/** Opens the stub with another user in the kubeconfig. */
async function openAs(user: object): Promise<OpenCluster> {
  const config = JSON.parse(await readFile(stub.kubeconfig, 'utf8')) as object
  const path = join(stub.folder, `kubeconfig-${String(Math.random())}`)
  await writeFile(path, JSON.stringify({ ...config, users: [{ name: 'admin', user }] }))
  // Patient: these load client-node and start programs first, which takes what else the machine does.
  return stub.open({ kubeconfig: path, limits: LIMITS })
}

async function program(name: string, text: string): Promise<string> {
  const path = join(stub.folder, name)
  await writeFile(path, `#!/bin/sh\n${text}\n`)
  await chmod(path, 0o755)
  return path
}

const lastAuthorization = (): string | undefined => stub.received.at(-1)?.headers.authorization

test('a token, a password and an impersonated user are sent, on websockets too', async () => {
  const pod = { namespace: 'default', pod: 'busybox' }
  const token = await openAs({ token: 'abc', as: 'somebody' })
  await token.get(ref)
  assert.equal(lastAuthorization(), 'Bearer abc')
  assert.equal(stub.received.at(-1)?.headers['impersonate-user'], 'somebody')
  await token.exec(pod, ['true'])
  assert.equal(lastAuthorization(), 'Bearer abc')
  assert.equal(stub.received.at(-1)?.headers['user-agent'], 'hardway/test')
  const password = await openAs({ username: 'me', password: 'pw' })
  await password.get(ref)
  assert.equal(lastAuthorization(), `Basic ${Buffer.from('me:pw').toString('base64')}`)
})

test('an exec plugin is run once for many requests, by every way', async () => {
  const log = join(stub.folder, 'plugin.log')
  const answer =
    '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"from-plugin"}}'
  const command = await program('plugin', `echo run >> ${log}; echo '${answer}'`)
  const cluster = await openAs({ exec: { apiVersion: 'client.authentication.k8s.io/v1', command } })
  assert.equal(cluster.target.execPlugin, command)
  await cluster.get(ref)
  await cluster.get(ref)
  assert.equal(lastAuthorization(), 'Bearer from-plugin')
  await cluster.exec({ namespace: 'default', pod: 'busybox' }, ['true'])
  assert.equal(lastAuthorization(), 'Bearer from-plugin')
  assert.equal(await readFile(log, 'utf8'), 'run\n')
})

test('an exec plugin that fails, or is not there, is named with its own words', async () => {
  const failing = await program('failing', 'echo please log in first >&2; exit 3')
  for (const [command, words] of [
    [failing, /please log in first/],
    ['/no/such/plugin', /ENOENT/],
  ] as const) {
    const cluster = await openAs({
      exec: { apiVersion: 'client.authentication.k8s.io/v1', command },
    })
    for (const ask of [
      () => cluster.get(ref),
      () => cluster.exec({ namespace: 'a', pod: 'b' }, ['true']),
    ]) {
      await assert.rejects(ask(), (error: unknown) => {
        assert.ok(error instanceof StepError, String(error))
        assert.equal(
          error.message,
          `${command}, which the kubeconfig has run for credentials of user admin, failed`,
        )
        assert.match(error.explanation.seen?.[0] ?? '', words)
        assert.match(error.explanation.remedy, /^kubectl .* auth whoami$/)
        return true
      })
    }
  }
})
