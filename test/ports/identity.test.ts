import assert from 'node:assert/strict'
import { test } from 'node:test'
import { identityOf } from '../../lib/ports/identity.ts'
import type { Resource, Route } from '../../lib/ports/resources.ts'

const ROUTE: Route = {
  ...{ kind: 'route', netns: 'w0', to: '10.200.1.0/24' },
  ...{ via: '192.168.1.2', dev: 'eth0' },
}

test('what wants something else of the same thing has the same identity', () => {
  const same: readonly (readonly [Resource, Resource])[] = [
    [ROUTE, { ...ROUTE, via: null }],
    [ROUTE, { kind: 'absent', resource: ROUTE }],
    [
      { kind: 'file', path: '/x', mode: 0o644, text: 'a' },
      { kind: 'file', path: '/x', mode: 0o600, text: 'b' },
    ],
  ]
  for (const [one, other] of same) assert.equal(identityOf(one), identityOf(other))
})

test('other things have another', () => {
  const all: readonly Resource[] = [
    ROUTE,
    { ...ROUTE, netns: 'w1' },
    { ...ROUTE, to: '10.200.2.0/24' },
    { kind: 'folder', path: '/x', mode: 0o755 },
    { kind: 'file', path: '/x', mode: 0o755, text: '' },
    { kind: 'sysctl', netns: 'w0', key: 'net.ipv4.ip_forward', value: '1' },
    { kind: 'link', netns: null, name: 'w0', type: 'veth' },
    { kind: 'network-namespace', name: 'w0' },
  ]
  assert.equal(new Set(all.map(identityOf)).size, all.length)
})
