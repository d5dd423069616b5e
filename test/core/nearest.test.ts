import assert from 'node:assert/strict'
import { test } from 'node:test'
import { byNearness } from '../../lib/core/nearest.ts'

const TABLE: readonly (readonly [string, string])[] = [
  ['coredns-pod', 'coredns-pods'],
  ['aply-manifest', 'apply-manifest'],
  ['apply', 'apply-manifest'],
  ['resolvconf', 'resolv-conf'],
  ['resolv-conf', 'resolv-conf'],
]
for (const [wanted, expected] of TABLE) {
  test(`nearest to ${wanted} is ${expected}`, () => {
    const known = ['coredns-pods', 'apply-manifest', 'resolv-conf', 'busybox-pod']
    assert.equal(byNearness(wanted, known)[0], expected)
  })
}
