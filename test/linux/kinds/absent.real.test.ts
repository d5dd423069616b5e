import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Absent, Route } from '../../../lib/ports/resources.ts'
import { look, namespace, now, put, restore, skip } from './support.ts'

test('what is not to be there is taken away, and given back as it was', { skip }, async (t) => {
  const netns = await namespace(t)
  await put({ kind: 'link', netns, name: 'br0', type: 'bridge', address: '10.99.0.2/24' })
  const route: Route = { kind: 'route', netns, to: '10.200.1.0/24', via: '10.99.0.3', dev: 'br0' }
  await put(route)
  const absent: Absent = { kind: 'absent', resource: route }
  const what = `route 10.200.1.0/24 in ${netns}`
  const before = { via: '10.99.0.3', dev: 'br0' }
  assert.deepEqual(await look(absent), { now: before, change: { action: 'delete', what } })
  await put(absent)
  assert.deepEqual(await look(absent), { now: null, change: null })
  for (const time of ['once', 'again']) {
    assert.deepEqual(await restore(absent, before), [`${what} as it was`], time)
    assert.deepEqual(await now(route), before, time)
  }
})

test('what was absent before stays so', { skip }, async (t) => {
  const netns = await namespace(t)
  const resource: Route = { kind: 'route', netns, to: '10.200.1.0/24', via: null, dev: 'lo' }
  assert.deepEqual(await restore({ kind: 'absent', resource }, null), [])
  assert.equal(await now(resource), null)
})
