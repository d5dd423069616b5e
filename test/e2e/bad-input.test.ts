import assert from 'node:assert/strict'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { before, test } from 'node:test'
import { assertCode } from './events.ts'
import { inventory, inventoryText } from './inventory.ts'
import { labDown } from './lab.ts'
import { noLab } from './no-lab.ts'
import { assertSameMachine, machineSnapshot } from './machine-snapshot.ts'
import { command, run } from './program.ts'

/** Bad input is told in words, with 2, before anything is done. */
interface Case {
  readonly what: string
  readonly args: readonly string[]
  readonly says: readonly RegExp[]
}

const FILE = inventory()
const CLUSTER = 'target:\n  kubeconfig: KUBECONFIG\n  context: nowhere\n'
const KUBECONFIG = inventoryText(
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'here', cluster: { server: 'https://127.0.0.1:1' } }],
    users: [{ name: 'me', user: { token: 'canary-of-a-token' } }],
    contexts: [{ name: 'here', context: { cluster: 'here', user: 'me' } }],
  }),
)
/** Two files of two clusters, joined by hand. */
const JOINED = inventoryText(`apiVersion: v1
kind: Config
clusters:
  - name: default
    cluster: { server: 'https://192.0.2.10:6443' }
  - name: default
    cluster: { server: 'https://127.0.0.1:1' }
users:
  - name: me
    user: { token: canary-of-a-token }
contexts:
  - name: nowhere
    context: { cluster: default, user: me }
`)

const CASES: readonly Case[] = [
  {
    what: 'an unknown flag',
    args: ['--dryrun'],
    says: [/unknown option '--dryrun'/, /--dry-run/],
  },
  {
    what: 'an unknown command',
    args: ['lab', 'upp'],
    says: [/unknown command 'upp'/],
  },
  {
    what: 'an unknown step',
    args: ['--only', 'apply-manifst', '--inventory', FILE],
    says: [/there is no step "apply-manifst"/, /did you mean apply-manifest\?/, /coredns-pods/],
  },
  {
    what: 'a step to explain that is none',
    args: ['explain', 'busybox', '--inventory', FILE],
    says: [/busybox-pod/],
  },
  {
    what: '--from together with --only',
    args: ['--from', 'coredns-pods', '--only', 'coredns-pods', '--inventory', FILE],
    says: [/--from and --only/],
  },
  {
    what: '--resume where nothing is unfinished',
    args: ['--resume', '--inventory', FILE],
    says: [/nothing is unfinished/, /without --resume/],
  },
  {
    what: 'an inventory that is not there',
    args: ['--inventory', '/nowhere/inventory.yaml'],
    says: [/\/nowhere\/inventory\.yaml/],
  },
  {
    what: 'an inventory that is no YAML',
    args: ['--inventory', inventoryText('target: lab\n  lab: [\n')],
    says: [/inventory-\d+\.yaml:\d+:\d+/],
  },
  {
    what: 'an unknown key',
    args: ['--inventory', inventoryText('target: lab\nclustr:\n  domain: cluster.local\n')],
    says: [/:2:1 .*clustr/, /\bcluster\b/],
  },
  {
    what: 'a value of the wrong type',
    args: ['--inventory', inventoryText('target: lab\nlimits:\n  pods: soon\n')],
    says: [/:3:9 .*limits\.pods/],
  },
  {
    what: 'networks that overlap',
    args: ['--inventory', inventoryText('target: lab\ncluster:\n  serviceCIDR: 10.200.128.0/24\n')],
    says: [/overlaps/],
  },
  {
    what: 'a context that the kubeconfig does not have',
    args: ['--inventory', inventoryText(CLUSTER.replace('KUBECONFIG', KUBECONFIG))],
    says: [/nowhere/, /\bhere\b/],
  },
  {
    what: 'a kubeconfig in which a name occurs twice, chosen or not',
    args: ['verify', '--inventory', inventoryText(CLUSTER.replace('KUBECONFIG', JOINED))],
    says: [/several clusters named "default"/, /"default" at \S+:4:11 and \S+:6:11/],
  },
  {
    what: 'a lab command where the inventory names a cluster',
    args: [
      'lab',
      'up',
      '--inventory',
      inventoryText(CLUSTER.replace('KUBECONFIG', KUBECONFIG).replace('nowhere', 'here')),
    ],
    says: [/not a lab/, /target: lab/],
  },
]

before(async () => {
  if (noLab === false) await labDown()
})

for (const { what, args, says } of CASES) {
  test(`${what} is refused in words`, async () => {
    const refused = await run(args)
    assertCode(refused, 2)
    assert.equal(refused.stdout, '')
    for (const words of says) assert.match(refused.stderr, words)
    assert.doesNotMatch(refused.stderr, /canary-of-a-token|\bat \S+\.ts:\d+/)
  })
}

const routed = Object.values(networkInterfaces())
  .flatMap((all) => all ?? [])
  .find(({ family, internal, cidr }) => family === 'IPv4' && !internal && /\/24$/.test(cidr ?? ''))

test(
  'a network that this machine already routes is refused before anything is made',
  { skip: noLab === false && routed === undefined ? 'no /24 is routed here' : noLab },
  async () => {
    const network = (routed?.address ?? '').split('.').slice(0, 3).join('.')
    const before = await machineSnapshot()
    const text = `target: lab\nlab:\n  name: e2e\n  network: ${network}.0/24\n  machine: ${network}.250\n`
    const hosts = `  controllers:\n    - { name: e2em0, address: ${network}.251 }\n  workers:\n    - { name: e2ew0, address: ${network}.252, podCIDR: 10.200.0.0/24 }\n`
    const refused = await run(['--json', '--inventory', inventoryText(text + hosts)])
    assertCode(refused, 2)
    assert.match(refused.stderr, /is in use on this machine: .* is routed over \S+/)
    assert.match(refused.stderr, /another range/)
    assertSameMachine(await machineSnapshot(), before)
  },
)

test('without root a lab says what to do instead', { skip: noLab }, async (t) => {
  const home = await mkdtemp(join(tmpdir(), 'hardway-nobody-'))
  await chmod(home, 0o777)
  const nobody = { uid: 65_534, env: { HOME: home, TMPDIR: home } }
  try {
    const reads = await command('test', ['-r', FILE], nobody).catch(() => null)
    if (reads?.code !== 0) {
      t.skip('nobody may not read this project')
      return
    }
    const before = await machineSnapshot()
    const refused = await run(['--json', '--inventory', FILE], nobody)
    assertCode(refused, 2)
    // Where other labs are, their common folder already is closed to others.
    assert.match(refused.stderr, /sudo npx tsx run\.ts|root for a lab/)
    assertSameMachine(await machineSnapshot(), before)
  } finally {
    await rm(home, { recursive: true, force: true })
  }
})
