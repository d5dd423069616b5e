import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isMistake } from '../../lib/core/errors.ts'
import { send } from '../../lib/kube-client/wire.ts'

test('what the language throws by itself is a mistake, what the world says through it is none', () => {
  const nothing = undefined as unknown as { readonly name: string }
  const thrown = (work: () => unknown): unknown => {
    try {
      return work()
    } catch (error) {
      return error
    }
  }
  assert.ok(isMistake(thrown(() => nothing.name)))
  assert.ok(isMistake(thrown(() => 'a'.repeat(-1))))
  assert.ok(isMistake(thrown(() => Buffer.from(7 as unknown as string))))
  const refused = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })
  assert.ok(!isMistake(refused))
  assert.ok(!isMistake(new TypeError('fetch failed', { cause: refused })))
})

test('a mistake on the way to an API server is not taken for a server that cannot be reached', async () => {
  const bug = new TypeError('compose is not a function')
  const dispatcher = {
    compose: () => {
      throw bug
    },
  } as never
  const access = { server: 'https://127.0.0.1:1', dispatcher, headers: {} }
  const options = { timeoutMs: 1_000, bodyLimit: 1, signal: undefined, gate: () => undefined }
  await assert.rejects(send(access, { method: 'GET', path: '/' }, options), bug)
})
