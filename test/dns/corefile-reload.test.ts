import assert from 'node:assert/strict'
import { test } from 'node:test'
import { StepError } from '../../lib/core/errors.ts'
import { withReloads } from '../../lib/dns/corefile-reload.ts'
import { fakeCluster } from '../fakes/cluster.ts'
import { corednsPod } from './coredns-objects.ts'

const PODS = [
  corednsPod('a', { node: 'w0', ip: '10.200.0.2' }),
  corednsPod('b', { node: 'w1', ip: '10.200.1.2' }),
]
const FAILED =
  "[ERROR] Restart failed: Corefile:3 - Error during parsing: Unknown directive 'cahce'"
const LOADED = '[INFO] plugin/reload: Running configuration MD5 = 4b9f'

async function proof(logOfB: readonly string[]): Promise<string> {
  const logs = ({ pod }: { readonly pod: string }): string =>
    pod.endsWith('-b') ? logOfB.join('\n') : LOADED
  const judged = await withReloads(fakeCluster({ logs }), { pods: PODS }, { proven: 'two ready' })
  return 'proven' in judged ? judged.proven : ''
}

test('a server that could not load its Corefile is told, though it serves', async () => {
  assert.equal(
    await proof([LOADED, FAILED, '[INFO] 10.200.1.9:5353 - 1 "A IN a.b. udp"']),
    "two ready; BUT coredns-68567cdb47-b could not load its Corefile in the last 2 minutes, serves by the one before, and would not start again: Corefile:3 - Error during parsing: Unknown directive 'cahce'",
  )
})

test('one that has loaded another since is as it should be', async () => {
  assert.equal(await proof([FAILED, LOADED]), 'two ready')
})

test('where logs may not be read, or pods are not ready anyway, nothing is said of them', async () => {
  const logs = (): string => {
    throw new StepError({ problem: 'forbidden', remedy: '' })
  }
  const cluster = fakeCluster({ logs })
  const proven = { proven: 'two ready' }
  assert.deepEqual(await withReloads(cluster, { pods: PODS }, proven), proven)
  const missing = { missing: ['1 of 2 ready'] }
  assert.deepEqual(await withReloads(cluster, { pods: PODS }, missing), missing)
})
