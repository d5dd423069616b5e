import assert from 'node:assert/strict'
import { existsSync, globSync } from 'node:fs'
import { homedir } from 'node:os'
import { test, type TestContext } from 'node:test'
import type { FilterTable } from '../../../lib/ports/resources.ts'
import { look, namespace, now, put, restore, sh, skip } from './support.ts'

/** The system's nft, else the one that a lab on this machine has brought. */
const program = [
  '/usr/sbin/nft',
  ...globSync(`${homedir()}/.cache/hardway/programs/nftables-*/bin/nft`),
].find((path) => existsSync(path))

const without = skip === false && program === undefined ? 'no nft on this machine' : skip

async function given(t: TestContext): Promise<FilterTable> {
  return {
    ...{ kind: 'filter-table', netns: await namespace(t), name: 'site' },
    lines: [
      'chain input {',
      'type filter hook input priority filter; policy accept;',
      'tcp dport 10250 counter drop',
      '}',
    ],
    program: program ?? '',
  }
}

test('a table is written as it is printed, told, and taken away', { skip: without }, async (t) => {
  const table = await given(t)
  await put(table)
  await put(table)
  assert.deepEqual(await look(table), { now: { lines: table.lines }, change: null })
  for (const time of ['once', 'again']) {
    await restore(table, null)
    assert.equal(await now(table), null, time)
  }
})

test(
  'a table that was there comes back, without what came in between',
  { skip: without },
  async (t) => {
    const table = await given(t)
    const before = { lines: ['chain other {', '}'] }
    await put({ ...table, lines: before.lines })
    await put(table)
    await restore(table, before)
    assert.deepEqual(await now(table), before)
  },
)

test('a table goes with its namespace', { skip: without }, async (t) => {
  const table = await given(t)
  await put(table)
  await sh('ip', 'netns', 'delete', table.netns)
  assert.equal(await now(table), null)
  await restore(table, { lines: [] })
})
