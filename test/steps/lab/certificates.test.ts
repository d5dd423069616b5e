import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parse } from 'yaml'
import type { Certificate } from '../../../lib/ports/resources.ts'
import { type Json, textAt } from '../../../lib/core/json.ts'
import { defaultInventory } from '../../fakes/lab-world.ts'
import { textOf, thoseOf } from './resources.ts'

const PKI = '/var/lib/hardway/lab/pki'
const { controllers, workers } = defaultInventory.lab

async function issued(name: string): Promise<Certificate> {
  const all = await thoseOf('certificate', 'issue-certificates')
  const found = all.find(({ path }) => path === `${PKI}/${name}`)
  assert.ok(found, name)
  return found
}

test('one authority comes first and signs all others', async () => {
  const [ca, ...others] = await thoseOf('certificate', 'issue-certificates')
  assert.deepEqual([ca?.path, ca?.authority], [`${PKI}/ca`, null])
  assert.deepEqual([...new Set(others.map(({ authority }) => authority))], [`${PKI}/ca`])
})

test('an API server’s is good for every address and name under which it is called', async () => {
  const { commonName, names } = await issued('kubernetes')
  assert.equal(commonName, 'kubernetes')
  assert.deepEqual(names, [
    ...['192.168.199.200', '192.168.199.201', '192.168.199.202', '10.32.0.1', '127.0.0.1'],
    ...['kubernetes', 'kubernetes.default', 'kubernetes.default.svc'],
    ...['kubernetes.default.svc.cluster.local', 'localhost'],
  ])
})

test('a kubelet’s makes it the node of its name, and is good for its address', async () => {
  for (const { name, address } of workers) {
    const { commonName, organization, names } = await issued(name)
    assert.deepEqual(
      [commonName, organization, names],
      [`system:node:${name}`, 'system:nodes', [name, address]],
    )
  }
})

test('no two have the same subject, and only the admin is a master', async () => {
  const all = await thoseOf('certificate', 'issue-certificates')
  const subjects = all.map(({ organization, commonName }) => `${organization}/${commonName}`)
  assert.equal(new Set(subjects.map((one) => one.toLowerCase())).size, all.length)
  const masters = all.filter(({ organization }) => organization === 'system:masters')
  assert.deepEqual(
    masters.map(({ commonName }) => commonName),
    ['admin'],
  )
})

test('every kubeconfig names a certificate that is issued, by its path, and no secret', async () => {
  const paths = (await thoseOf('certificate', 'issue-certificates')).map(({ path }) => path)
  const files = await thoseOf('file', 'write-kubeconfigs')
  assert.equal(files.length, 2 * controllers.length + 2 * workers.length + 1)
  for (const { path, text, mode } of files) {
    const config = parse(text) as Json
    const pair = textAt(config, 'users', 0, 'user', 'client-certificate')?.replace(/\.pem$/, '')
    assert.ok(pair !== undefined && paths.includes(pair), path)
    assert.equal(textAt(config, 'users', 0, 'user', 'client-key'), `${pair}-key.pem`)
    assert.equal(textAt(config, 'clusters', 0, 'cluster', 'certificate-authority'), `${PKI}/ca.pem`)
    assert.doesNotMatch(text, /PRIVATE KEY|-data:|token/)
    assert.equal(mode, 0o600)
  }
})

test('controllers ask their own API server, workers one each, in turn', async () => {
  const server = async (end: string): Promise<string | undefined> => {
    const config = parse(await textOf('write-kubeconfigs', end)) as Json
    return textAt(config, 'clusters', 0, 'cluster', 'server')
  }
  for (const { name } of controllers) {
    for (const program of ['kube-controller-manager', 'kube-scheduler']) {
      assert.equal(await server(`/${name}/${program}.kubeconfig`), 'https://127.0.0.1:6443')
    }
  }
  const asked = await Promise.all(workers.map(({ name }) => server(`/${name}/kubelet.kubeconfig`)))
  assert.deepEqual(
    asked,
    controllers.map(({ address }) => `https://${address}:6443`),
  )
  assert.equal(await server('/lab/admin.kubeconfig'), 'https://192.168.199.200:6443')
})

test('the key for data at rest is a secret of 32 bytes, with plain text still readable', async () => {
  const [secret] = await thoseOf('secret-file', 'write-encryption-config')
  assert.equal(secret?.path, `${PKI}/encryption-config.yaml`)
  const config = parse(secret.template.replace('{{random:32}}', 'KEY')) as Json
  const providers = ['resources', 0, 'providers'] as const
  assert.equal(textAt(config, ...providers, 0, 'aescbc', 'keys', 0, 'secret'), 'KEY')
  assert.deepEqual(textAt(config, 'resources', 0, 'resources', 0), 'secrets')
  assert.match(secret.template, /- identity: \{\}\n$/)
})
