import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withShortTimeouts } from '../../lib/inventory/inventory.ts'
import { load } from './inventory-text.ts'

test('verify waits for nothing longer than its own limit, and not longer than a run either', async () => {
  const inventory = await load('target: lab\nlimits: { lookup: 3, verify: 5 }\n')
  assert.deepEqual(withShortTimeouts(inventory), {
    ...inventory,
    limits: {
      controlPlaneMs: 5000,
      nodesMs: 5000,
      podsMs: 5000,
      endpointsMs: 5000,
      lookupMs: 3000,
      verifyMs: 5000,
    },
  })
})
