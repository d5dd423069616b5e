import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Entry, JournalHeader } from '../../lib/engine/journal-entry.ts'
import { journalLines } from '../../lib/engine/journal-text.ts'
import type { JournalStore } from '../../lib/engine/setup.ts'
import { faultsOn } from '../../lib/faults/faults-on.ts'

const HEADER: JournalHeader = { v: 1, kind: 'journal', target: 'lab lab', cluster: null }
const ROUTE = { kind: 'route', netns: 'w0', to: '10.200.1.0/24', via: null, dev: 'eth0' }

function journalOf(entries: readonly Entry[] | null): JournalStore {
  return {
    where: '/x/faults.journal',
    read: () => Promise.resolve(entries === null ? null : journalLines([HEADER, ...entries])),
    write: () => Promise.reject(new Error('it only reads')),
    close: () => Promise.resolve(),
  }
}

const intent = (n: number, step: string): Entry => {
  const undo = { subject: 'w0', parts: [null, null, [{ resource: ROUTE, now: null }]] }
  return { type: 'intent', n, run: `r${String(n)}`, step, at: `2026-01-0${String(n + 1)}`, undo }
}

const on = async (entries: readonly Entry[] | null) => faultsOn(journalOf(entries), 'lab lab')

test('no journal, no fault', async () => {
  assert.deepEqual(await on(null), [])
})

test('a fault is on from its intent until it is undone', async () => {
  const begun = [intent(0, 'missing-route')]
  const whole: readonly Entry[] = [...begun, { type: 'done', step: 'missing-route' }]
  const fault = {
    id: 'missing-route',
    since: '2026-01-01',
    holds: { resources: [ROUTE], refs: [] },
  }
  assert.deepEqual(await on(begun), [{ ...fault, whole: false }])
  assert.deepEqual(await on(whole), [{ ...fault, whole: true }])
  assert.deepEqual(await on([...whole, { type: 'undone', n: 0 }]), [])
})

test('several faults are told in the order in which they were put on', async () => {
  const entries = [intent(0, 'b-fault'), intent(1, 'a-fault')]
  assert.deepEqual(
    (await on(entries)).map(({ id }) => id),
    ['b-fault', 'a-fault'],
  )
})

test('a journal of another lab is refused', async () => {
  await assert.rejects(faultsOn(journalOf([]), 'lab other'), { name: 'InputError' })
})
