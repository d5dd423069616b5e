import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { StepError } from '../../lib/core/errors.ts'
import { withReloads } from '../../lib/coredns/corefile-reload.ts'
import { at } from '../../lib/core/json.ts'
import type { DnsFound } from '../../lib/dns/find-dns.ts'
import { withMetadata } from '../../lib/objects/objects.ts'
import { parseManifest } from '../../lib/objects/manifest.ts'
import type { CorefileVerdict } from '../../lib/ports/host.ts'
import { OF_2020 } from '../corefile/editions.ts'
import { acting } from '../fakes/acting.ts'
import { fakeHost } from '../fakes/host.ts'
import { KEPT } from '../fakes/lab-world.ts'
import { fakeCluster } from '../fakes/cluster.ts'
import { corednsPod } from '../dns/coredns-objects.ts'

const OBJECTS = parseManifest(await readFile(KEPT), KEPT)
const PODS = [
  corednsPod('a', { node: 'w0', ip: '10.200.0.2' }),
  corednsPod('b', { node: 'w1', ip: '10.200.1.2' }),
]
const FAILED =
  "[ERROR] Restart failed: Corefile:3 - Error during parsing: Unknown directive 'cahce'"
const LOADED = '[INFO] plugin/reload: Running configuration MD5 = 4b9f'

const DNS: DnsFound = {
  ...{ address: '10.32.0.10', selector: {}, servers: [], notTold: [], pods: PODS },
  service: { apiVersion: 'v1', kind: 'Service', namespace: 'kube-system', name: 'kube-dns' },
  workload: null,
}

const PROVEN = { proven: 'two ready' }

function logs(ofB: readonly string[]) {
  return ({ pod }: { readonly pod: string }): string =>
    pod.endsWith('-b') ? ofB.join('\n') : LOADED
}

async function proof(logOfB: readonly string[]): Promise<string> {
  const on = acting({ cluster: fakeCluster({ logs: logs(logOfB) }) })
  const judged = await withReloads(on, DNS, PROVEN)
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

test('a text that is not even parsed is told, too', async () => {
  const text = '[WARNING] plugin/reload: Corefile parse failed: Corefile:9 - Error: Unexpected EOF'
  assert.match(await proof([LOADED, text]), /would not start again: Corefile:9 - Error/)
})

test('a failure that the log has forgotten is told by a trial of the Corefile that is there', async () => {
  const workload = OBJECTS.find(({ kind }) => kind === 'Deployment')
  assert.ok(workload)
  const spec = at(workload, 'spec', 'template', 'spec') ?? null
  const pods = PODS.map((pod) => ({ ...pod, spec }))
  const metric = (text: string) => ({
    cluster: fakeCluster({
      objects: OBJECTS,
      logs: () => '',
      ask: (_of, port) => {
        assert.equal(port, 9153)
        return Buffer.from(`HTTP/1.0 200 OK\r\n\r\n# HELP\n${text}\n`)
      },
    }),
  })
  const trials: string[] = []
  const host = (verdict: CorefileVerdict) =>
    fakeHost({
      tryCorefile: ({ version, files }) => {
        trials.push(version)
        assert.deepEqual(files, { '/etc/coredns/Corefile': OF_2020 })
        return Promise.resolve(verdict)
      },
    })
  const asked = async (text: string, verdict: CorefileVerdict) => {
    const on = acting({ ...metric(text), host: host(verdict) })
    const judged = await withReloads(on, { ...DNS, pods, workload }, PROVEN)
    return 'proven' in judged ? judged.proven : ''
  }
  const bad = { refused: 'Unknown directive', line: 3 }
  for (const name of ['coredns_reload_failed_total', 'coredns_reload_failed_count_total']) {
    assert.match(await asked(`${name} 1`, bad), /BUT .* would not start again: Unknown directive$/)
    assert.equal(await asked(`${name} 2`, { loads: true }), 'two ready')
    assert.equal(await asked(`${name} 0`, bad), 'two ready')
  }
  // 1.6.2 does not tell it.
  assert.match(await asked('', bad), /would not start again: Unknown directive$/)
  // Each of two servers.
  assert.deepEqual(trials, Array(10).fill('1.6.2'))
})

test('a Corefile that was there when its servers started is not tried', async () => {
  const workload = OBJECTS.find(({ kind }) => kind === 'Deployment')
  assert.ok(workload)
  const status = (startedAt: string) => ({
    conditions: [{ type: 'Ready', status: 'True' }],
    containerStatuses: [{ name: 'coredns', state: { running: { startedAt } } }],
  })
  const objects = OBJECTS.map((object) => {
    const time = '2026-11-29T16:00:00Z'
    const entry = { manager: 'kubectl-edit', time, fieldsV1: { 'f:data': { 'f:Corefile': {} } } }
    return withMetadata(object, { managedFields: [entry] })
  })
  const judged = async (startedAt: string) => {
    const spec = at(workload, 'spec', 'template', 'spec') ?? null
    const pods = PODS.map((pod) => ({ ...pod, spec, status: status(startedAt) }))
    const host = fakeHost({ tryCorefile: () => Promise.resolve({ refused: 'no', line: null }) })
    const on = acting({ cluster: fakeCluster({ objects }), host })
    return withReloads(on, { ...DNS, pods, workload }, PROVEN)
  }
  assert.deepEqual(await judged('2026-11-29T16:00:05Z'), PROVEN)
  assert.notDeepEqual(await judged('2026-11-29T15:59:00Z'), PROVEN)
})

test('where neither may be read, or pods are not ready anyway, nothing is said of them', async () => {
  const refused = (): never => {
    throw new StepError({ problem: 'forbidden', remedy: '' })
  }
  const on = acting({ cluster: fakeCluster({ logs: refused, ask: refused }) })
  assert.deepEqual(await withReloads(on, DNS, PROVEN), PROVEN)
  const missing = { missing: ['1 of 2 ready'] }
  assert.deepEqual(await withReloads(on, DNS, missing), missing)
})
