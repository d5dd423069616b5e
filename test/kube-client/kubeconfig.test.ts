import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { InputError } from '../../lib/core/errors.ts'
import type { Explanation } from '../../lib/core/errors.ts'
import { readKubeconfig } from '../../lib/kube-client/kubeconfig.ts'

let folder: string
let path: string
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hardway-kubeconfig-'))
  path = join(folder, 'config')
})
after(() => rm(folder, { recursive: true }))

const good = {
  cluster: { server: 'https://192.168.199.10:6443' } as Record<string, unknown>,
  user: { exec: { command: 'get-token', apiVersion: 'client.authentication.k8s.io/v1' } },
}

async function write({ cluster, user } = good): Promise<void> {
  await writeFile(
    path,
    JSON.stringify({
      kind: 'Config',
      'current-context': 'hardway',
      clusters: [{ name: 'lab', cluster }],
      users: [{ name: 'admin', user }],
      contexts: [
        { name: 'hardway', context: { cluster: 'lab', user: 'admin' } },
        { name: 'half', context: { cluster: 'other', user: 'admin' } },
        { name: 'nobody', context: { cluster: 'lab', user: 'gone' } },
      ],
    }),
  )
}

async function refused(context?: string, file = path): Promise<Explanation> {
  try {
    await readKubeconfig(file, context)
  } catch (error) {
    assert.ok(error instanceof InputError, String(error))
    return error.explanation
  }
  throw new Error('was not refused')
}

test('context, server, user and plugin are told before anything is asked', async () => {
  await write({ ...good, cluster: { ...good.cluster, 'proxy-url': 'http://me:secret@proxy:3128' } })
  const { target } = await readKubeconfig(path)
  assert.deepEqual(target, {
    kubeconfig: path,
    context: 'hardway',
    server: 'https://192.168.199.10:6443',
    user: 'admin',
    execPlugin: 'get-token',
    proxy: 'http://proxy:3128',
  })
})

test('$KUBECONFIG is ignored', async () => {
  process.env['KUBECONFIG'] = path
  await write()
  const told = await refused(undefined, join(folder, 'absent'))
  delete process.env['KUBECONFIG']
  assert.match(told.problem, /absent cannot be read$/)
  assert.match(told.seen?.[0] ?? '', /ENOENT/)
})

test('a context that is not there lists those that are', async () => {
  await write()
  const told = await refused('prod')
  assert.equal(told.problem, `the context prod is not in the kubeconfig ${path}`)
  assert.deepEqual(told.seen, ['contexts there: hardway, half, nobody'])
  assert.equal(told.remedy, 'set context in inventory.yaml to one of: hardway, half, nobody')
})

test('a context that names an absent cluster or user says which', async () => {
  await write()
  assert.equal(
    (await refused('half')).problem,
    `the context half in ${path} names the cluster "other", which is not there`,
  )
  assert.equal(
    (await refused('nobody')).problem,
    `the context nobody in ${path} names the user "gone", which is not there`,
  )
})

test('TLS without verification is refused', async () => {
  await write({ ...good, cluster: { ...good.cluster, 'insecure-skip-tls-verify': true } })
  const told = await refused()
  assert.match(told.problem, /has insecure-skip-tls-verify: true; TLS is always verified here$/)
  assert.match(told.remedy, /^kubectl config set-cluster lab .*--certificate-authority CA\.crt/)
})

test('a server without TLS is refused', async () => {
  for (const server of ['http://192.168.199.10:8080', 'nonsense', '']) {
    await write({ ...good, cluster: { server } })
    assert.match((await refused()).problem, /which is not an https:\/\/ address$/)
  }
})

test('what is not YAML is told with line and column, without quoting the file', async () => {
  await writeFile(path, 'kind: Config\nusers:\n  - name: a\n   token: "canary\n')
  const told = await refused()
  assert.match(told.problem, /is not YAML: [A-Z_]+ at line 4, column \d+$/)
  assert.doesNotMatch(JSON.stringify(told), /canary/)
})

test('YAML that is no kubeconfig is told as that', async () => {
  await writeFile(path, 'hosts: [a, b]\n')
  assert.equal(
    (await refused()).problem,
    `${path} is not a kubeconfig: it has no list named contexts`,
  )
})
