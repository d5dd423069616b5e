import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import type { Mtu } from '../../../lib/ports/resources.ts'
import { look, namespace, now, put, restore, sh, skip } from './support.ts'

const WHOLE = { mtu: 1500, segments: 65_535 }

/** A host, and the bridge's end of its link. */
async function given(t: TestContext): Promise<Mtu> {
  const [netns, lan] = [await namespace(t), await namespace(t)]
  const peer = ['peer', 'name', 'host0', 'netns', lan]
  await sh('ip', '-n', netns, 'link', 'add', 'eth0', 'type', 'veth', ...peer)
  return {
    ...{ kind: 'mtu', netns, link: 'eth0', bytes: 1300 },
    port: { netns: lan, name: 'host0' },
  }
}

test('the packets of a link are made smaller, told, and made as they were', { skip }, async (t) => {
  const small = await given(t)
  assert.deepEqual(await look(small), {
    now: WHOLE,
    change: {
      action: 'change',
      what: `MTU of eth0 in ${small.netns}`,
      fields: [
        { path: '.mtu', from: 1500, to: 1300 },
        { path: '.segments', from: 65_535, to: 1 },
      ],
    },
  })
  await put(small)
  assert.deepEqual(await look(small), { now: { mtu: 1300, segments: 1 }, change: null })
  for (const time of ['once', 'again']) {
    await restore(small, WHOLE)
    assert.deepEqual(await now(small), WHOLE, time)
  }
})

test('the size of packets goes with the link', { skip }, async (t) => {
  const small = await given(t)
  await put(small)
  await sh('ip', '-n', small.netns, 'link', 'delete', 'eth0')
  assert.equal(await now(small), null)
  await restore(small, WHOLE)
})
