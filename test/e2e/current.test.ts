import assert from 'node:assert/strict'
import { test } from 'node:test'
import { textAt } from '../../lib/core/json.ts'
import { binOf } from '../../lib/lab/layout.ts'
import { corefile } from './broken.ts'
import { cured, firstVerdict, verify } from './cured.ts'
import { assertCode, endOf, ofType } from './events.ts'
import { inventory, LAB } from './inventory.ts'
import { kubectl, layout, live, withTheChapter } from './lab.ts'
import { noLab } from './no-lab.ts'
import { type Ended, output, run } from './program.ts'
import { eventually } from './wait.ts'

/** The chapter's current edition from nothing, on kube-proxy's other mode; its faults, and the way to the 2020 edition and back. */
const skip = noLab
const FILE = inventory({ size: '1+2', edition: 'current', proxy: 'nftables' })
const WORKERS = [`${LAB}w0`, `${LAB}w1`]

withTheChapter(FILE)

test('the Services are rules of nftables, and none of iptables', { skip }, async () => {
  const nft = `${binOf(layout, 'nftables')}/nft`
  const iptables = `${binOf(layout, 'iptables')}/iptables`
  for (const worker of WORKERS) {
    const told = (...argv: readonly string[]) => output('ip', ['netns', 'exec', worker, ...argv])
    assert.match(await told(nft, 'list', 'table', 'ip', 'kube-proxy'), /10\.32\.0\.10/)
    const nat = await told(iptables, '--wait', '--table', 'nat', '--list-rules')
    assert.doesNotMatch(nat, /KUBE-SVC|10\.32\.0\.10/)
  }
})

test('a second run has nothing to change', { skip }, async () => {
  const again = await run(['--json', '--inventory', FILE])
  assertCode(again, 0)
  assert.deepEqual(ofType(again, 'step-done'), [])
})

/** Those whose cause is found otherwise in this mode, or in this edition. */
const FAULTS = [
  ['kube-proxy-forbidden', 'D8'],
  ['user-chain-drop', 'D10'],
  ['corefile-forward-name', 'C13'],
] as const

for (const [id, code] of FAULTS) {
  test(`${id}: ${code} is named first, and its cure cures`, { skip }, async () => {
    try {
      assertCode(await run(['lab', 'break', id, '--json', '--inventory', FILE]), 0)
      const verdict = firstVerdict(await verify(FILE))
      assert.equal(verdict.code, code)
      await cured(FILE, verdict.cure)
    } finally {
      assertCode(await run(['lab', 'mend', '--json', '--inventory', FILE]), 0)
    }
    assertCode(await run(['--json', '--inventory', FILE]), 0)
  })
}

test(
  'an option that a later CoreDNS no longer knows is told with its line, and cured by what is printed',
  { skip },
  async () => {
    try {
      await corefile((text) => text.replace(/^( *)pods insecure$/m, '$&\n$1upstream'))
      const { code, cause, cure } = firstVerdict(await verify(FILE))
      assert.equal(code, 'C3', cause)
      assert.match(cause, /plugin\/kubernetes: .*Corefile:\d+ - .*unknown property 'upstream'/)
      await cured(FILE, cure)
    } finally {
      await kubectl(['delete', 'deployment/coredns', 'configmap/coredns', '-n', 'kube-system'])
      assertCode(await run(['--on-conflict', 'adopt', '--json', '--inventory', FILE]), 0)
    }
  },
)

test('the change to the 2020 edition and back tells of each question', { skip }, async () => {
  const current = await corednsImage()
  const images: string[] = []
  for (const edition of ['2020', 'current']) {
    const change = ['--edition', edition, '--on-conflict', 'adopt', '--json', '--inventory', FILE]
    const changed = await run(change)
    assertCode(changed, 0)
    assertAsked(changed)
    images.push(await corednsImage())
  }
  assert.notEqual(images[0], current)
  assert.equal(images[1], current)
})

test(
  'a Corefile that the servers could not load is told while they serve by the one before',
  { skip },
  async () => {
    const corefile =
      textAt((await live('configmap', 'coredns', 'kube-system')) ?? {}, 'data', 'Corefile') ?? ''
    await putCorefile(corefile.replace('lameduck 5s', 'lameduck soon'))
    try {
      let told = ''
      await eventually(
        'it is told that the reload has failed',
        async () => {
          told = (await verify(FILE)).stdout
          return told.includes('could not load its Corefile')
        },
        RELOADED_MS,
      )
      const why = /serves by the one before, and would not start again: .*plugin\/health: /
      assert.match(told, why)
      const log = ['logs', '-n', 'kube-system', '-l', 'k8s-app=kube-dns', '--since=2m', '--tail=-1']
      await eventually(
        'the log of the last two minutes tells of it no more',
        async () => !(await kubectl(log)).includes('plugin/health'),
        FORGOTTEN_MS,
      )
      told = (await verify(FILE)).stdout
      assert.match(told, why)
      assert.doesNotMatch(told, /in the last 2 minutes/)
      const plan = await run(['--dry-run', '--on-conflict', 'adopt', '--json', '--inventory', FILE])
      assert.match(plan.stdout, why)
    } finally {
      await putCorefile(corefile)
    }
    assertCode(await run(['--on-conflict', 'adopt', '--json', '--inventory', FILE]), 0)
  },
)

/** plugin/reload looks every 30 to 45 seconds. */
const RELOADED_MS = 120_000
/** The log of the last two minutes is looked at (lib/coredns/corefile-reload.ts). */
const FORGOTTEN_MS = 180_000

/** Kubelets bring an edited ConfigMap at once when something of its pod is edited too, else within a minute. */
async function putCorefile(text: string): Promise<void> {
  const patch = JSON.stringify({ data: { Corefile: text } })
  await kubectl(['-n', 'kube-system', 'patch', 'configmap', 'coredns', '--patch', patch])
  const mark = `test/edited=${String(text.length)}`
  await kubectl([
    '-n',
    'kube-system',
    'annotate',
    'pods',
    '-l',
    'k8s-app=kube-dns',
    '--overwrite',
    mark,
  ])
}

async function corednsImage(): Promise<string> {
  const path = 'jsonpath={.spec.template.spec.containers[0].image}'
  return kubectl(['-n', 'kube-system', 'get', 'deployment', 'coredns', '-o', path])
}

function assertAsked(changed: Ended): void {
  const [asked] = ofType(changed, 'dns-asked')
  assert.ok(asked, endOf(changed).notes.join('\n'))
  assert.deepEqual(
    asked.workers.map(({ worker }) => worker),
    WORKERS,
  )
  assert.ok(asked.workers.every(({ sent }) => sent > 100))
}
