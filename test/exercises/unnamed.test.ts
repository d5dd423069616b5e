import assert from 'node:assert/strict'
import { test } from 'node:test'
import { unnamed } from '../../lib/exercises/unnamed.ts'
import { resolvConf } from '../../steps/coredns/resolv-conf.ts'
import { INVENTORY } from '../steps/coredns/chapter.ts'

const step = resolvConf({ inventory: INVENTORY })
const told = { problem: 'it does not work', seen: ['no answer'], remedy: 'look' }
const known = { ...told, cause: 'the kubelet has another address', remedy: 'set the address' }

test('what a step itself knows of its cause is not told, and what was seen is', async () => {
  const { problem, seen } = told
  assert.deepEqual(await unnamed(step, { explanation: known }, 'end'), {
    ...{ problem, seen },
    remedy: 'npx tsx run.ts lab hint',
  })
})

test('a failure without a cause stays as it is, and no wait is ended', async () => {
  assert.equal(await unnamed(step, { explanation: told }, 'end'), null)
  assert.equal(await unnamed(step, { explanation: known }, 'wait'), null)
})
