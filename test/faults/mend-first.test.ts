import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Cause } from '../../lib/core/errors.ts'
import { mendFirst } from '../../lib/faults/mend-first.ts'
import type { FaultOn } from '../../lib/faults/faults-on.ts'
import { fakeStep } from '../fakes/engine-step.ts'

const ON: FaultOn = {
  ...{ id: 'kubelet-stopped', since: '2026-01-01T00:00:00Z', whole: true },
  holds: { resources: [], refs: [] },
}

async function curesWith(on: readonly FaultOn[], cure: string): Promise<readonly unknown[]> {
  const cause: Cause = {
    ...{ code: 'G3', layer: 'hosts', certainty: 'seen', cause: 'c', evidence: 'e', subject: 's' },
    cure,
  }
  const told = { problem: 'p', remedy: cure, verdict: cause, further: [cause] }
  const diagnose = mendFirst(
    () => Promise.resolve(told),
    () => Promise.resolve(on),
  )
  const found = await diagnose(fakeStep({ id: 'a', wants: {} }), { explanation: told }, 'end')
  return [found?.remedy, found?.verdict?.cure, found?.further?.[0]?.cure]
}

const thrice = (text: string): readonly string[] => [text, text, text]

test('a repair of this program comes after the faults that it would leave alone', async () => {
  for (const repair of ['npx tsx run.ts lab up', 'npx tsx run.ts --only apply-manifest']) {
    assert.deepEqual(await curesWith([ON], repair), thrice(`npx tsx run.ts lab mend && ${repair}`))
    assert.deepEqual(await curesWith([], repair), thrice(repair))
  }
})

test('what repairs the thing itself stays as it is', async () => {
  const cure = 'ip route add 10.200.0.0/24 via 192.168.1.2   # on w0'
  assert.deepEqual(await curesWith([ON], cure), thrice(cure))
})
