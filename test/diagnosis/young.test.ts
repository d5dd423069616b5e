import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RULES } from '../../lib/diagnosis/rank.ts'
import { type Finding, findingsIn } from '../../lib/diagnosis/rule.ts'
import { type Evidence, type HostSeen, itemsOf } from '../../lib/evidence/evidence.ts'
import { but, HEALTHY } from './evidence.ts'

/** Of daemons that take connections and greet nobody. */
const reason = 'connected, and no greeting within 5000 ms'

function found(code: string, evidence: Evidence): Finding | undefined {
  const rule = RULES.find((one) => one.code === code)
  return rule === undefined ? undefined : findingsIn(rule.find(evidence))[0]
}

function where(name: string, more: Partial<HostSeen>): Pick<Evidence, 'hosts'> {
  const hosts = itemsOf(HEALTHY.hosts)
  return { hosts: { found: hosts.map((one) => (one.name === name ? { ...one, ...more } : one)) } }
}

/** The API server of the first of three controllers is silent, and both others answer. */
function silentServer(young: readonly string[]): Evidence {
  const [server] = itemsOf(HEALTHY.apiServers)
  assert.ok(server)
  const others = ['causem1', 'causem2'].map((name) => ({ ...server, name }))
  const silent = { ...server, tls: { found: { status: 'silent', reason } as const } }
  return but({ apiServers: { found: [silent, ...others] }, ...where(server.name, { young }) })
}

test('an API server that alone is silent hangs, unless it was started a moment ago', () => {
  assert.equal(found('B13', silentServer([]))?.permanent, true)
  assert.equal(found('B13', silentServer(['kubelet']))?.permanent, true)
  const starting = found('B13', silentServer(['kube-apiserver']))
  assert.deepEqual([starting?.certainty, starting?.permanent], ['inferred', undefined])
})

test('so does any other daemon', () => {
  const silent = [{ program: 'kubelet', endpoint: '192.0.2.1:10250', reason }]
  const name = itemsOf(HEALTHY.hosts).find(({ role }) => role === 'worker')?.name ?? ''
  assert.equal(found('G9', but(where(name, { silent })))?.permanent, true)
  const starting = found('G9', but(where(name, { silent, young: ['kubelet'] })))
  assert.deepEqual([starting?.certainty, starting?.permanent], ['inferred', undefined])
})
