import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Route } from '../../../lib/ports/resources.ts'
import { look, makesAndRemoves, namespace, now, put, restore, sh, skip } from './support.ts'

/** A route in a namespace whose bridge reaches 10.99.0.0/24. */
async function given(t: TestContext): Promise<Route> {
  const netns = await namespace(t)
  await put({ kind: 'link', netns, name: 'br0', type: 'bridge', address: '10.99.0.2/24' })
  return { kind: 'route', netns, to: '10.200.1.0/24', via: '10.99.0.3', dev: 'br0' }
}

test('a route is made, found, and removed', { skip }, async (t) => {
  const route = await given(t)
  await makesAndRemoves(route, `route 10.200.1.0/24 in ${route.netns}`)
})

test('a route without a next hop is made, found, and removed', { skip }, async (t) => {
  const route: Route = { ...(await given(t)), via: null }
  await makesAndRemoves(route, `route 10.200.1.0/24 in ${route.netns}`)
})

test('a route by another way is told, mended, and put back as it was', { skip }, async (t) => {
  const route = await given(t)
  for (const before of [
    { via: '10.99.0.4', dev: 'br0' },
    { via: null, dev: 'br0' },
  ]) {
    await put({ ...route, via: before.via })
    assert.deepEqual(await look(route), {
      now: before,
      change: {
        action: 'change',
        what: `route 10.200.1.0/24 in ${route.netns}`,
        fields: [{ path: '.via', from: before.via, to: '10.99.0.3' }],
      },
    })
    await put(route)
    assert.equal((await look(route)).change, null)
    for (const time of ['once', 'again']) {
      await restore(route, before)
      assert.deepEqual(await now(route), before, time)
    }
  }
})

test('routes of several namespaces are found in one look, in their order', { skip }, async (t) => {
  const [one, other] = [await given(t), await given(t)]
  await put(one)
  const all = [other, one, { ...one, to: '10.200.2.0/24' }]
  const seen = await Promise.all(all.map(now))
  assert.deepEqual(seen, [null, { via: '10.99.0.3', dev: 'br0' }, null])
})

test('a route over a link that is not there fails with what ip says', { skip }, async (t) => {
  const route = await given(t)
  const { netns } = route
  await assert.rejects(put({ ...route, dev: 'none' }), {
    name: 'StepError',
    explanation: {
      problem: `\`ip -n ${netns} route replace 10.200.1.0/24 via 10.99.0.3 dev none\` failed with exit code 1`,
      seen: ['Cannot find device "none"'],
      remedy: 'fix what it names, then continue with npx tsx run.ts --resume',
    },
  })
})

test(
  'routes of a namespace that is gone are absent, and giving them back is no failure',
  { skip },
  async (t) => {
    const route = await given(t)
    await put(route)
    const before = await now(route)
    await sh('ip', 'netns', 'delete', route.netns)
    assert.equal(await now(route), null)
    await restore(route, before)
    await restore(route, null)
  },
)
