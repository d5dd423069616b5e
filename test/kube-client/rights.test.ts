import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { at, type Json, textAt } from '../../lib/core/json.ts'
import type { Need } from '../../lib/ports/cluster.ts'
import { type Handler, type Stub, stubServer } from './stub-server.ts'

let handler: Handler
let stub: Stub
before(async () => {
  stub = await stubServer((request, answer) => handler(request, answer))
})
after(() => stub.stop())

const RULES = [
  { verbs: ['get'], apiGroups: [''], resources: ['pods', 'pods/exec'] },
  { verbs: ['*'], apiGroups: ['apps'], resources: ['*'] },
  { verbs: ['get'], apiGroups: [''], resources: ['namespaces'], resourceNames: ['kube-system'] },
]
const pod = { apiVersion: 'v1', kind: 'Pod', namespace: 'default' }

async function lacking(needs: readonly Need[], allowed: readonly string[] = []) {
  const asked: string[] = []
  handler = ({ method, url, body }, answer) => {
    const spec = at(JSON.parse(body) as Json, 'spec')
    assert.equal(method, 'POST')
    asked.push(url.replace(/.*\//, ''))
    if (url.endsWith('/selfsubjectrulesreviews'))
      answer.json(201, { status: { resourceRules: RULES } })
    else if (url.endsWith('/selfsubjectreviews'))
      answer.json(201, { status: { userInfo: { username: 'system:serviceaccount:a:b' } } })
    else {
      const verb = textAt(spec, 'resourceAttributes', 'verb') ?? ''
      answer.json(201, { status: { allowed: allowed.includes(verb) } })
    }
  }
  const cluster = await stub.open({ readOnly: true })
  return { found: await cluster.lacking(needs), asked }
}

test('one request for a namespace tells that all rights are there', async () => {
  const { found, asked } = await lacking([
    { ...pod, verbs: ['get'] },
    { ...pod, part: 'exec', verbs: ['get'] },
    { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'default', verbs: ['get', 'patch'] },
  ])
  assert.equal(found, null)
  assert.deepEqual(asked, ['selfsubjectrulesreviews'])
})

test('a rule for one object allows that one', async () => {
  const namespace = { apiVersion: 'v1', kind: 'Namespace', verbs: ['get'] }
  assert.equal((await lacking([{ ...namespace, name: 'kube-system' }])).found, null)
  assert.notEqual((await lacking([{ ...namespace, name: 'other' }])).found, null)
})

test('what lacks is confirmed one by one, and told with the user that the server knows', async () => {
  const { found } = await lacking([{ ...pod, verbs: ['get', 'list', 'create'] }], ['list'])
  assert.deepEqual(found, {
    user: 'system:serviceaccount:a:b',
    rights: [{ resource: 'pods', verbs: ['create'], namespace: 'default' }],
  })
})

test('a kind that the server does not have is nothing to ask rights for', async () => {
  handler = ({ method }, answer) => {
    answer.json(method === 'GET' ? 404 : 201, { status: { resourceRules: [] } })
  }
  const cluster = await stub.open({ readOnly: true })
  assert.equal(
    await cluster.lacking([{ apiVersion: 'extensions/v1beta1', kind: 'X', verbs: ['get'] }]),
    null,
  )
})

test('a server that does not tell stops nobody', async () => {
  handler = (_, answer) => {
    answer.json(403, { message: 'no' })
  }
  const cluster = await stub.open({ readOnly: true })
  assert.equal(await cluster.lacking([{ ...pod, verbs: ['create'] }]), null)
})
