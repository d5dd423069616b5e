import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { look, namespace, now, put, restore, sh, skip } from './support.ts'

const key = 'net.ipv4.ip_forward'

test(
  'a setting of a namespace is made and put back, and the machine keeps its own',
  { skip },
  async (t) => {
    const netns = await namespace(t)
    const machine = await readFile('/proc/sys/net/ipv4/ip_forward', 'utf8')
    const setting = { kind: 'sysctl', netns, key, value: '1' } as const
    await put({ ...setting, value: '0' })
    const { now: before, change } = await look(setting)
    assert.deepEqual(change, {
      action: 'change',
      what: `setting ${key} in ${netns}`,
      fields: [{ path: '.value', from: '0', to: '1' }],
    })
    for (const time of ['once', 'again']) {
      await put(setting)
      assert.deepEqual(await look(setting), { now: { value: '1' }, change: null }, time)
    }
    for (const time of ['once', 'again']) {
      assert.deepEqual(await restore(setting, before), [`setting ${key} in ${netns} as it was`])
      assert.deepEqual(await now(setting), { value: '0' }, time)
    }
    assert.equal(await readFile('/proc/sys/net/ipv4/ip_forward', 'utf8'), machine)
  },
)

test('one that is not there does not hide the others', { skip }, async (t) => {
  const netns = await namespace(t)
  const setting = { kind: 'sysctl', netns, key, value: '1' } as const
  await put(setting)
  const seen = await Promise.all([{ ...setting, key: 'net.ipv4.no_such' }, setting].map(now))
  assert.deepEqual(seen, [null, { value: '1' }])
})

test('one that is not there cannot be made, and the reason is told', { skip }, async (t) => {
  const netns = await namespace(t)
  await assert.rejects(put({ kind: 'sysctl', netns, key: 'net.ipv4.no_such', value: '1' }), {
    name: 'StepError',
    message: `\`nsenter --net=/run/netns/${netns} tee /proc/sys/net/ipv4/no_such\` failed with exit code 1`,
  })
})

test(
  'settings of a namespace that is gone are absent, and giving them back is no failure',
  { skip },
  async (t) => {
    const netns = await namespace(t)
    const setting = { kind: 'sysctl', netns, key, value: '1' } as const
    await sh('ip', 'netns', 'delete', netns)
    assert.equal(await now(setting), null)
    await restore(setting, { value: '0' })
    assert.deepEqual(await restore(setting, null), [], 'it went with its namespace')
  },
)
