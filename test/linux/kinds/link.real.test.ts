import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Link } from '../../../lib/ports/resources.ts'
import {
  freshName,
  look,
  makesAndRemoves,
  namespace,
  now,
  put,
  restore,
  sh,
  skip,
} from './support.ts'

interface Lan {
  readonly lan: string
  readonly host: string
  readonly bridge: Link
  readonly veth: Link
}

/** Two namespaces, a bridge in one of them, and the link that shall lead there from the other. */
async function lan(t: TestContext): Promise<Lan> {
  const [lan, host] = [await namespace(t), await namespace(t)]
  const bridge: Link = { kind: 'link', netns: lan, name: 'br0', type: 'bridge' }
  await put(bridge)
  const veth: Link = {
    ...{ kind: 'link', netns: host, name: 'eth0', type: 'veth', address: '10.99.0.2/24' },
    peer: { netns: lan, name: 'host0', master: 'br0' },
  }
  return { lan, host, bridge, veth }
}

test('a bridge is made, found, and removed', { skip }, async (t) => {
  const netns = await namespace(t)
  await makesAndRemoves(
    { kind: 'link', netns, name: 'br1', type: 'bridge' },
    `link br1 in ${netns}`,
  )
})

test('a loopback is set up, and down again', { skip }, async (t) => {
  const netns = await namespace(t)
  const lo = { kind: 'link', netns, name: 'lo', type: 'loopback' } as const
  await makesAndRemoves(lo, `link lo in ${netns}`)
  assert.match(await sh('ip', '-n', netns, 'link', 'show', 'lo'), /state DOWN/)
})

test(
  'a pair of links is made, plugged into the bridge, found, and removed',
  { skip },
  async (t) => {
    const { lan: netns, host, veth } = await lan(t)
    await makesAndRemoves(veth, `link eth0 in ${host}`)
    assert.doesNotMatch(await sh('ip', '-n', netns, 'link'), /host0/, 'the other end goes with it')
  },
)

test('over it one host reaches the other', { skip }, async (t) => {
  const { lan: netns, host, veth } = await lan(t)
  await put(veth)
  await sh('ip', '-n', netns, 'address', 'add', '10.99.0.1/24', 'dev', 'br0')
  const [found] = JSON.parse(await sh('ip', '-n', host, '-json', 'route', 'get', '10.99.0.1')) as {
    dev: string
  }[]
  assert.equal(found?.dev, 'eth0')
})

const FAULTS: Readonly<
  Record<string, { readonly spoil: (lan: Lan) => Promise<unknown>; readonly seen: object }>
> = {
  down: {
    spoil: ({ host }) => sh('ip', '-n', host, 'link', 'set', 'eth0', 'down'),
    seen: { up: false },
  },
  'with another address': {
    spoil: async ({ host }) => {
      await sh('ip', '-n', host, 'address', 'flush', 'dev', 'eth0')
      await sh('ip', '-n', host, 'address', 'add', '10.98.0.2/16', 'dev', 'eth0')
    },
    seen: { address: '10.98.0.2/16' },
  },
  'without an address': {
    spoil: ({ host }) => sh('ip', '-n', host, 'address', 'flush', 'dev', 'eth0'),
    seen: { address: null },
  },
}

for (const [what, { spoil, seen }] of Object.entries(FAULTS)) {
  test(`a link ${what} is told, mended, and put back as it was`, { skip }, async (t) => {
    const given = await lan(t)
    await put(given.veth)
    const whole = await now(given.veth)
    await spoil(given)
    const before = await now(given.veth)
    assert.deepEqual(before, { ...(whole as object), ...seen })
    await put(given.veth)
    assert.deepEqual(await now(given.veth), whole)
    for (const time of ['once', 'again']) {
      await restore(given.veth, before)
      assert.deepEqual(await now(given.veth), before, time)
    }
  })
}

test('a link whose other end hangs in the air is plugged in again', { skip }, async (t) => {
  const { lan: netns, bridge, veth } = await lan(t)
  await put(veth)
  const peer = `host0 in ${netns}`
  for (const unplug of [
    () => sh('ip', '-n', netns, 'link', 'set', 'host0', 'nomaster'),
    () => sh('ip', '-n', netns, 'link', 'set', 'host0', 'down'),
    // What a bridge that is recreated does not get back by itself.
    () => restore(bridge, null).then(() => put(bridge)),
  ]) {
    await unplug()
    assert.deepEqual(await now(veth), {
      up: true,
      address: '10.99.0.2/24',
      peer: `${peer}, unplugged`,
    })
    await put(veth)
    assert.deepEqual(await now(veth), { up: true, address: '10.99.0.2/24', peer })
  }
})

test('a link whose other end is somebody else’s is recreated', { skip }, async (t) => {
  const { lan: netns, host, veth } = await lan(t)
  await sh(
    'ip',
    '-n',
    host,
    'link',
    'add',
    'eth0',
    'type',
    'veth',
    'peer',
    'name',
    'other',
    'netns',
    netns,
  )
  assert.deepEqual(await now(veth), { up: false, address: null, peer: null })
  await put(veth)
  assert.equal((await look(veth)).change, null)
})

test('a link of another type under that name is refused and left alone', { skip }, async (t) => {
  const { host, veth } = await lan(t)
  await sh('ip', '-n', host, 'link', 'add', 'eth0', 'type', 'bridge')
  const before = await now(veth)
  assert.deepEqual(before, { type: 'bridge' })
  await assert.rejects(put(veth), {
    name: 'StepError',
    explanation: {
      problem: `the name of link eth0 in ${host} is taken by another interface`,
      remedy: `look at it (ip -n ${host} -details link show eth0) and remove it, or give the lab another name (lab.name in inventory.yaml)`,
    },
  })
  await restore(veth, null)
  assert.deepEqual(await now(veth), before)
})

test(
  'on the machine itself a pair that is not ours is refused and left alone',
  { skip },
  async (t) => {
    const { lan: netns } = await lan(t)
    const name = freshName()
    t.after(() => sh('ip', 'link', 'delete', name).catch(() => undefined))
    await sh('ip', 'link', 'add', name, 'type', 'veth', 'peer', 'name', 'other', 'netns', netns)
    const uplink: Link = {
      ...{ kind: 'link', netns: null, name, type: 'veth', address: '10.99.0.1/24' },
      peer: { netns, name: 'machine', master: 'br0' },
    }
    await assert.rejects(put(uplink), {
      explanation: {
        problem: `the name of link ${name} is taken by another interface`,
        remedy: `look at it (ip -details link show ${name}) and remove it, or give the lab another name (lab.name in inventory.yaml)`,
      },
    })
    await restore(uplink, null)
    assert.deepEqual(await now(uplink), { up: false, address: null, peer: null })
  },
)

test('on the machine itself a link of ours is made and removed', { skip }, async (t) => {
  const { lan: netns } = await lan(t)
  const name = freshName()
  t.after(() => sh('ip', 'link', 'delete', name).catch(() => undefined))
  const peer = { netns, name: 'machine', master: 'br0' }
  await makesAndRemoves({ kind: 'link', netns: null, name, type: 'veth', peer }, `link ${name}`)
})

test(
  'links of a namespace that is gone are absent, and giving them back is no failure',
  { skip },
  async (t) => {
    const { lan: netns, host, veth, bridge } = await lan(t)
    await put(veth)
    const before = await now(veth)
    await restore({ kind: 'network-namespace', name: host }, null)
    assert.equal(await now(veth), null)
    await restore(veth, before)
    await restore(veth, null)
    await restore({ kind: 'network-namespace', name: netns }, null)
    assert.equal(await now(bridge), null)
  },
)
