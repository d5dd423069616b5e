import assert from 'node:assert/strict'
import { test } from 'node:test'
import { look, now, put, restore, skip } from './support.ts'

test('a feature that the kernel has needs no module', async () => {
  const module = { kind: 'kernel-module', name: 'hwt_none', provides: '/proc/self' } as const
  assert.deepEqual(await look(module), { now: {}, change: null })
  await restore(module, {})
})

test('a module that cannot be loaded is a failure that says so', { skip }, async () => {
  const module = { kind: 'kernel-module', name: 'hwt_none', provides: '/proc/hwt-none' } as const
  assert.deepEqual(await look(module), {
    now: null,
    change: { action: 'create', what: 'kernel module hwt_none' },
  })
  await assert.rejects(put(module), { name: 'StepError', message: /^`modprobe hwt_none` / })
  assert.equal(await now(module), null)
})

test('taking a module away that is not there is no failure', { skip }, async () => {
  await restore({ kind: 'kernel-module', name: 'hwt_none', provides: '/proc/hwt-none' }, null)
})
