import assert from 'node:assert/strict'
import { chown, mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { before, test } from 'node:test'
import { assertCode } from './events.ts'
import { inventory, inventoryText, LAB } from './inventory.ts'
import { labDown } from './lab.ts'
import { noLab } from './no-lab.ts'
import { assertSameMachine, machineSnapshot } from './machine-snapshot.ts'
import { command, output, run } from './program.ts'

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
    says: [/there is no step "apply-manifst"/, /nearest first: apply-manifest,/, /coredns-pods/],
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
    says: [/there is no unfinished run to resume/, /without --resume/],
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

const NEEDS_THE_LAB: readonly (readonly [code: number, ...args: string[]])[] = [
  [1, 'verify'],
  [1, 'prove'],
  [1, 'watch', '--for', '1'],
  [1, 'lab', 'break', 'missing-route'],
  [2, 'lab', 'exercise'],
  [2, 'lab', 'restart', `${LAB}w0`, 'kubelet'],
  [2, 'lab', 'kubectl', 'version'],
]

for (const [code, ...args] of NEEDS_THE_LAB) {
  test(`${args.join(' ')}: of a lab that is not up this is said`, { skip: noLab }, async () => {
    const refused = await run(['--inventory', FILE, ...args])
    assertCode(refused, code)
    assert.match(refused.stderr, new RegExp(`the lab ${LAB} is not up`))
    assert.match(refused.stderr, / try +npx tsx run\.ts --inventory \S+ lab up$/m)
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
    const text = `target: lab\nlab:\n  name: ${LAB}\n  network: ${network}.0/24\n  machine: ${network}.250\n`
    const hosts = `  controllers:\n    - { name: ${LAB}m0, address: ${network}.251 }\n  workers:\n    - { name: ${LAB}w0, address: ${network}.252, podCIDR: 10.200.0.0/24 }\n`
    const refused = await run(['--json', '--inventory', inventoryText(text + hosts)])
    assertCode(refused, 2)
    assert.match(refused.stderr, /is in use on this machine: .* is routed over \S+/)
    assert.match(refused.stderr, /another range/)
    assertSameMachine(await machineSnapshot(), before)
  },
)

test(
  "root with another user's HOME believes no state and no programs of that user",
  { skip: noLab },
  async () => {
    const home = await mkdtemp(join(tmpdir(), 'hardway-other-'))
    await chown(home, 65_534, 65_534)
    try {
      const own = inventoryText(
        CLUSTER.replace('KUBECONFIG', KUBECONFIG).replace('nowhere', 'here'),
      )
      const env = { HOME: home, XDG_STATE_HOME: '', XDG_CACHE_HOME: '' }
      for (const args of [
        ['rollback', '--inventory', own],
        ['--dry-run', '--inventory', FILE],
      ]) {
        const refused = await run(args, { env })
        assertCode(refused, 2)
        assert.match(refused.stderr, new RegExp(`${home}/\\S+ is not trusted`))
        assert.match(
          refused.stderr,
          new RegExp(`${home} belongs to \\S+ \\(uid 65534\\), mode 0700`),
        )
        assert.match(refused.stderr, /export HOME=\/root; .*sudo -H/)
      }
    } finally {
      await rm(home, { recursive: true })
    }
  },
)

test(
  'a journal that names a folder elsewhere does not have lab down delete it',
  { skip: noLab },
  async () => {
    const state = '/var/lib/hardway/e2eplant'
    const precious = await mkdtemp(join(tmpdir(), 'hardway-precious-'))
    const own = inventoryText(`target: lab
lab:
  name: e2eplant
  network: 192.168.196.0/24
  machine: 192.168.196.1
  controllers: [{ name: plantm0, address: 192.168.196.10 }]
  workers: [{ name: plantw0, address: 192.168.196.20, podCIDR: 10.200.0.0/24 }]
`)
    const during = { run: 'r0', at: '2026-01-01T00:00:00.000Z' }
    const undo = [{ resource: { kind: 'folder', path: precious, mode: 0o755 }, now: null }]
    const lines = [
      { v: 1, kind: 'journal', target: 'lab e2eplant', cluster: null },
      { type: 'run-start', ...during, mode: 'run', inventory: 'x' },
      { type: 'intent', n: 0, ...during, step: 'create-hosts', undo },
      { type: 'done', step: 'create-hosts' },
      { type: 'run-end', run: 'r0', outcome: 'done' },
    ].map((line) => `${JSON.stringify(line)}\n`)
    try {
      await mkdir(state, { recursive: true, mode: 0o700 })
      await writeFile(join(state, 'lab.journal'), lines.join(''), { mode: 0o600 })
      const refused = await run(['lab', 'down', '--inventory', own])
      assertCode(refused, 2)
      assert.match(refused.stderr, /would undo what is not its own/)
      assert.ok(refused.stderr.includes(`folder ${precious}`))
      assert.equal((await stat(precious)).isDirectory(), true)
      // The remedy, followed to the letter.
      await output('sh', ['-ec', `mkdir ${state}.old && mv ${state}/*.journal ${state}.old/`])
      assertCode(await run(['lab', 'down', '--inventory', own]), 0)
    } finally {
      for (const path of [state, `${state}.old`, precious]) {
        await rm(path, { recursive: true, force: true })
      }
    }
  },
)

test('without root a lab says what to do instead', { skip: noLab }, async (t) => {
  const home = await mkdtemp(join(tmpdir(), 'hardway-nobody-'))
  await chown(home, 65_534, 65_534)
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
    assert.match(refused.stderr, /sudo npx tsx run\.ts/)
    assert.match(refused.stderr, /prove --kubeconfig FILE/)
    assertSameMachine(await machineSnapshot(), before)
  } finally {
    await rm(home, { recursive: true, force: true })
  }
})
