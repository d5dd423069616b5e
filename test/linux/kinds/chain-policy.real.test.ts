import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { globSync } from 'node:fs'
import { homedir } from 'node:os'
import { test, type TestContext } from 'node:test'
import type { ChainPolicy } from '../../../lib/ports/resources.ts'
import { look, namespace, now, put, restore, sh, skip } from './support.ts'

/** The system's iptables, else the one that a lab on this machine has brought. */
const program = [
  '/usr/sbin/iptables',
  ...globSync(`${homedir()}/.cache/hardway/programs/iptables-*/bin/iptables`),
].find((path) => existsSync(path))

const without = skip === false && program === undefined ? 'no iptables on this machine' : skip

async function given(t: TestContext): Promise<ChainPolicy> {
  const netns = await namespace(t)
  return {
    ...{ kind: 'chain-policy', netns, chain: 'FORWARD', policy: 'DROP' },
    program: program ?? '',
  }
}

test('a policy is set, told, and put back as it was', { skip: without }, async (t) => {
  const drop = await given(t)
  const before = { policy: 'ACCEPT' }
  assert.deepEqual(await look(drop), {
    now: before,
    change: {
      action: 'change',
      what: `policy of chain FORWARD in ${drop.netns}`,
      fields: [{ path: '.policy', from: 'ACCEPT', to: 'DROP' }],
    },
  })
  await put(drop)
  assert.deepEqual(await look(drop), { now: { policy: 'DROP' }, change: null })
  for (const time of ['once', 'again']) {
    await restore(drop, before)
    assert.deepEqual(await now(drop), before, time)
  }
})

test('a policy goes with its namespace', { skip: without }, async (t) => {
  const drop = await given(t)
  await put(drop)
  await sh('ip', 'netns', 'delete', drop.netns)
  assert.equal(await now(drop), null)
  await restore(drop, { policy: 'ACCEPT' })
})
