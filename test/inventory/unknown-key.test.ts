import assert from 'node:assert/strict'
import { test } from 'node:test'
import { complaint } from './inventory-text.ts'

const cases: readonly (readonly [string, string, string])[] = [
  [
    'lab:\n  netwrok: 192.168.199.0/24',
    '3:3 unknown key "netwrok" in lab',
    'did you mean network; known besides: name, machine, controllers, workers, proxy',
  ],
  [
    'clusters: {}',
    '2:1 unknown key "clusters"',
    'did you mean cluster; known besides: target, edition, lab, manifest, probe, limits, mirrors',
  ],
  [
    'lab: { controllers: [{ name: a, adress: 192.168.199.9, address: 192.168.199.8 }] }',
    '2:33 unknown key "adress" in lab.controllers[0]',
    'did you mean address; known besides: name',
  ],
  ['podCIDR: 10.200.0.0/16', '2:1 unknown key "podCIDR"', 'move it below cluster'],
  [
    'insecure-skip-tls-verify: true',
    '2:1 unknown key "insecure-skip-tls-verify"',
    'remove it: TLS is always verified',
  ],
  [
    'cluster: { token: s3cret }',
    '2:12 unknown key "token" in cluster',
    'remove it, and what it holds: credentials stay in the kubeconfig',
  ],
  [
    '__proto__: { name: x }',
    '2:1 unknown key "__proto__"',
    'did you mean probe; known besides: target, edition, lab, cluster, manifest, limits, mirrors',
  ],
  [
    '"\\e[2Jlab": 1',
    String.raw`2:1 unknown key "\u001b[2Jlab"`,
    'did you mean lab; known besides: target, edition, cluster, manifest, probe, limits, mirrors',
  ],
]

for (const [lines, problem, remedy] of cases) {
  test(`an unknown key: ${lines.replace(/\s+/g, ' ')}`, async () => {
    assert.deepEqual(await complaint(`target: lab\n${lines}\n`), {
      problem: `inventory.yaml:${problem}`,
      remedy,
    })
  })
}

test('an unknown key below a target of one’s own', async () => {
  assert.deepEqual(await complaint('target: { kubeconfig: k, context: c, workes: [] }\n'), {
    problem: 'inventory.yaml:1:38 unknown key "workes" in target',
    remedy: 'did you mean workers; known besides: kubeconfig, context, controllers',
  })
})

test('a file of unknown keys is told of in bounds', async () => {
  const keys = Array.from({ length: 20_000 }, (_, i) => `k${String(i)}: 1\n`)
  const { problem, seen } = await complaint(`target: lab\n${keys.join('')}`)
  assert.equal(problem, 'inventory.yaml has 50 problems')
  assert.equal(seen?.length, 50)
})
