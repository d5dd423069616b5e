import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  compareResolvConf,
  expectedResolvConf,
  parseResolvConf,
} from '../../lib/dns/resolv-conf.ts'

const EXPECTED = expectedResolvConf({
  namespace: 'default',
  clusterDomain: 'cluster.local',
  clusterDNS: ['10.32.0.10'],
})

/** The faults of a pod's file. */
function faultsOf(...lines: readonly string[]): readonly string[] {
  return compareResolvConf(parseResolvConf(`${lines.join('\n')}\n`), EXPECTED)
}

const SEARCH = 'search default.svc.cluster.local svc.cluster.local cluster.local'
const SERVER = 'nameserver 10.32.0.10'
const NDOTS = 'options ndots:5'

test("the chapter's file has no fault, in whatever order its lines stand", () => {
  assert.deepEqual(faultsOf(SEARCH, SERVER, NDOTS), [])
  assert.deepEqual(faultsOf(SERVER, NDOTS, SEARCH), [])
})

test("the host's own domains may follow the cluster's", () => {
  assert.deepEqual(faultsOf(`${SEARCH} corp.example`, SERVER, NDOTS), [])
})

test("the host's own domains may not come first", () => {
  const other = SEARCH.replace('search', 'search corp.example')
  assert.deepEqual(faultsOf(other, SERVER, NDOTS), [
    'search corp.example default.svc.cluster.local svc.cluster.local cluster.local, ' +
      'expected default.svc.cluster.local svc.cluster.local cluster.local',
  ])
})

test('another nameserver, one more, or none is a fault', () => {
  const fault = (...lines: readonly string[]) => faultsOf(SEARCH, NDOTS, ...lines)
  assert.deepEqual(fault('nameserver 8.8.8.8'), ['nameserver 8.8.8.8, expected 10.32.0.10'])
  assert.deepEqual(fault(SERVER, 'nameserver 8.8.8.8'), [
    'nameserver 10.32.0.10, 8.8.8.8, expected 10.32.0.10',
  ])
  assert.deepEqual(fault(), ['nameserver none, expected 10.32.0.10'])
})

test('other options than ndots are no fault', () => {
  assert.deepEqual(faultsOf(SEARCH, SERVER, 'options ndots:5 edns0 trust-ad'), [])
})

test('a file of the node instead of the cluster has all faults, a line each', () => {
  assert.deepEqual(faultsOf('nameserver 192.168.1.1'), [
    'nameserver 192.168.1.1, expected 10.32.0.10',
    'search nothing, expected default.svc.cluster.local svc.cluster.local cluster.local',
    'ndots 1, expected 5',
  ])
})

test('a domain that only begins alike is a fault', () => {
  assert.deepEqual(faultsOf('search default.svc.cluster.local', SERVER, NDOTS), [
    'search default.svc.cluster.local, ' +
      'expected default.svc.cluster.local svc.cluster.local cluster.local',
  ])
})
