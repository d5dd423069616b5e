import assert from 'node:assert/strict'
import {
  access,
  chmod,
  chown,
  cp,
  mkdtemp,
  readdir,
  readFile,
  rm,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { after, before, test } from 'node:test'
import { programsContext } from '../../lib/cli/project.ts'
import { CHAPTER } from '../../lib/inventory/chapter.ts'
import { families } from '../../lib/supply/pins.ts'
import { lookPrograms } from '../../lib/supply/programs/cache.ts'
import { assertCode, cellsIn, changesOf, endings, failureOf, ofType } from './events.ts'
import { onHost } from './dns-cluster.ts'
import { inventory, inventoryText, LAB, NETWORK } from './inventory.ts'
import { auditedSince, auditMark, isWriting, putsSince } from './audit.ts'
import { searchPath } from '../../lib/lab/layout.ts'
import { kubectl, labDown, layout, live, probeImage } from './lab.ts'
import { type ManifestServer, manifestServer } from './manifest-server.ts'
import { noLab } from './no-lab.ts'
import { assertSameMachine, machineSnapshot, tree } from './machine-snapshot.ts'
import { command, type Ended, run, type Start } from './program.ts'

/** A cluster that the user names, by kubeconfig and context, without root where that is possible. */
const skip = noLab
const LAB_FILE = inventory({ size: '1+2' })
const NOBODY = 65_534

let folder = ''
let file = ''
/** The same cluster, as a user who has no rights at first, and with a manifest at a signed address. */
let asRunner = ''
let how: Start = {}
let server: ManifestServer | undefined
const SIGNATURE = 'c4nary7f3e9b21d0'

before(async () => {
  if (noLab !== false) return
  await labDown()
  assertCode(await run(['lab', 'up', '--json', '--inventory', LAB_FILE]), 0)
  folder = await mkdtemp(join(tmpdir(), 'hardway-own-'))
  const kubeconfig = join(folder, 'config')
  // With keys inside, so that nothing else has to be readable.
  await writeFile(kubeconfig, await kubectl(['config', 'view', '--raw', '--flatten']))
  const runner = join(folder, 'runner')
  await cp(kubeconfig, runner)
  await kubectl(['create', 'serviceaccount', 'runner'])
  const token = (await kubectl(['create', 'token', 'runner'])).trim()
  const user = ['--kubeconfig', runner, 'config', 'set-credentials']
  await kubectl([...user, 'runner', `--token=${token}`])
  await kubectl(['--kubeconfig', runner, 'config', 'set-context', '--current', '--user=runner'])
  for (const path of [folder, kubeconfig, runner]) await chown(path, NOBODY, NOBODY)
  for (const path of [kubeconfig, runner]) await chmod(path, 0o600)
  const image = await probeImage()
  file = targetFile(kubeconfig, image)
  server = await manifestServer()
  const url = `${server.url}?X-Amz-Credential=AKIA&X-Amz-Signature=${SIGNATURE}`
  const { sha256 } = CHAPTER.manifest
  asRunner = targetFile(runner, image, `manifest: ${JSON.stringify({ url, sha256 })}`)
  const cache = join(folder, 'cache')
  const env = {
    ...{ HOME: folder, TMPDIR: folder, XDG_STATE_HOME: join(folder, 'state') },
    XDG_CACHE_HOME: cache,
  }
  // The prober that the lab was built with: whoever runs this has it, and need not build it.
  const { dir } = (await lookPrograms(families.prober, programsContext())) ?? assert.fail()
  const kept = join(cache, 'hardway', 'programs', basename(dirname(dir)))
  await cp(dirname(dir), kept, { recursive: true, preserveTimestamps: true })
  for (const path of await tree(cache)) await chown(path, NOBODY, NOBODY)
  const nobody = { env, uid: NOBODY }
  const reads = await command('test', ['-r', file], nobody).catch(() => null)
  how = reads?.code === 0 ? nobody : { env }
})

function targetFile(kubeconfig: string, image: string, more = ''): string {
  return inventoryText(
    [
      'target:',
      `  kubeconfig: ${kubeconfig}`,
      `  context: hardway-${LAB}`,
      `  controllers: [${NETWORK}.200]`,
      '  workers:',
      `    - { name: ${LAB}w0, podCIDR: 10.200.0.0/24 }`,
      `    - { name: ${LAB}w1, podCIDR: 10.200.1.0/24 }`,
      'probe:',
      `  image: ${image}`,
      more,
      '',
    ].join('\n'),
  )
}

/** As that user; nothing that is said has the signature. */
async function runner(...args: readonly string[]): Promise<Ended> {
  const ended = await run([...args, '--json', '--inventory', asRunner], how)
  assert.doesNotMatch(ended.stdout + ended.stderr, new RegExp(SIGNATURE))
  return ended
}

after(async () => {
  if (noLab !== false) return
  server?.close()
  await rm(folder, { recursive: true, force: true })
  await labDown()
})

test('a dry-run names server and user, and writes no state', { skip }, async () => {
  const machine = await machineSnapshot()
  const dry = await run(['--dry-run', '--json', '--inventory', file], how)
  assertCode(dry, 0)
  assert.match(
    ofType(dry, 'run-started')[0]?.target ?? '',
    new RegExp(`hardway-${LAB}.*${NETWORK}\\.200.*admin`),
  )
  assert.equal(endings(dry)['apply-manifest'], 'planned')
  assert.equal(endings(dry)['check-machine'], undefined)
  await assert.rejects(access(join(folder, 'state')), { code: 'ENOENT' })
  assertSameMachine(await machineSnapshot(), machine)
})

test(
  'where a namespace takes no pods on their host’s network, a run says how to do without',
  { skip },
  async () => {
    const level = 'pod-security.kubernetes.io/enforce'
    await kubectl(['label', 'namespace', 'default', `${level}=baseline`])
    try {
      const refused = await run(['--only', 'dns-probes', '--json', '--inventory', file], how)
      const { explanation } = failureOf(refused, 'dns-probes')
      assert.equal(
        explanation.problem,
        `pod/host-probe-${LAB}w0, pod/host-probe-${LAB}w1 cannot be created as wanted`,
      )
      assert.match(explanation.remedy, /^set probe\.hosts to false in the inventory/)
      assert.equal(await live('pod', `dns-probe-${LAB}w0`, 'default'), null)
    } finally {
      await kubectl(['label', 'namespace', 'default', `${level}-`])
    }
  },
)

const logs = [join(layout.logs, `${LAB}m0`, 'audit.log')]

test(
  'a user is told all rights that lack before anything is written, and those that an admin pastes suffice',
  { skip },
  async () => {
    const mark = await auditMark(logs)
    const refused = await runner()
    const { explanation, undone } = failureOf(refused, 'download-manifest')
    const seen = explanation.seen ?? []
    for (const right of [
      / deployments\.apps in kube-system$/,
      / leases\./,
      / pods\/exec in default$/,
    ]) {
      assert.ok(
        seen.some((line) => right.test(line)),
        seen.join('\n'),
      )
    }
    assert.deepEqual(undone, [])
    assert.deepEqual((await auditedSince(mark)).filter(isWriting), [])
    const [, granting = ''] =
      /^as an admin of the cluster: (.*); then run again$/.exec(explanation.remedy) ?? []
    // They suffice for all that this user does in the tests below, up to the rollback.
    const env = { KUBECONFIG: layout.adminKubeconfig, PATH: searchPath(layout) }
    assertCode(await command('sh', ['-ec', granting], { env }), 0)
  },
)

test('the chapter is replayed on it, and a second run writes nothing', { skip }, async () => {
  assertCode(await runner('--dry-run', '--save', join(folder, 'plan')), 0)
  const start = await auditMark(logs)
  const first = await runner('--report', join(folder, 'report'))
  assertCode(first, 0)
  // Into each of the two probes that ask, whose image has none: times are measured as in a lab.
  assert.equal(await putsSince(start), 2)
  assert.equal(cellsIn(first).filter(({ isTimed }) => isTimed).length, 12)
  const mark = await auditMark(logs)
  const second = await runner()
  assertCode(second, 0)
  assert.equal(cellsIn(second).filter(({ isTimed }) => isTimed).length, 12)
  assert.deepEqual(new Set(Object.values(endings(second))), new Set(['satisfied']))
  assert.deepEqual((await auditedSince(mark)).filter(isWriting), [])
  const verified = await runner('verify')
  assertCode(verified, 0)
  assert.equal(cellsIn(verified).filter(({ isTimed }) => isTimed).length, 12)
  assert.equal(await putsSince(mark), 0)
})

test(
  'of workers that are not on this machine, the one without a route is named by what a probe there sees',
  { skip },
  async () => {
    const broken = await run(['lab', 'break', 'missing-route', '--json', '--inventory', LAB_FILE])
    assertCode(broken, 0)
    const [gone] = changesOf(broken)['missing-route'] ?? []
    const [, range = '', cut = ''] = /^route (\S+) in (\S+)$/.exec(gone?.what ?? '') ?? []
    const verified = await run(['verify', '--json', '--inventory', file], how)
    assertCode(verified, 4)
    const verdicts = ofType(verified, 'step-failed').map(({ explanation }) => explanation.verdict)
    const told = verdicts.find((one) => one?.code === 'E3')
    assert.ok(told, JSON.stringify(verdicts, null, 1))
    assert.deepEqual([told.certainty, told.subject], ['seen', cut])
    assert.match(told.cause, new RegExp(`^${cut} has no route to ${range}, the pods of ${LAB}w`))
    assert.match(told.evidence, new RegExp(`^ip route on ${cut}: no line for 10\\.200\\.`))
    assert.ok(told.cure.startsWith(`ip route add ${range} via ${NETWORK}.`), told.cure)
    assertCode(await run(['lab', 'mend', '--json', '--inventory', LAB_FILE]), 0)
    assertCode(await run(['verify', '--json', '--inventory', file], how), 0)
  },
)

test('a question that a filter stops is explained by what all probes get', { skip }, async () => {
  const at = ['get', 'pod', 'busybox', '-o', 'jsonpath={.spec.nodeName}']
  const worker = (await kubectl(at)).trim()
  await onHost(worker, 'iptables-legacy', '-P', 'FORWARD', 'DROP')
  try {
    const text = await readFile(file, 'utf8')
    const hasty = inventoryText(`${text}limits: { lookup: 3 }\n`)
    const ran = await run(['--only', 'lookup-kubernetes', '--json', '--inventory', hasty], how)
    const { explanation } = failureOf(ran, 'lookup-kubernetes')
    assert.equal(explanation.verdict?.code, 'D10', JSON.stringify(explanation))
    assert.equal(explanation.verdict.subject, worker)
  } finally {
    await onHost(worker, 'iptables-legacy', '-P', 'FORWARD', 'ACCEPT')
  }
})

/** Settings of a worker, each with the cause by which its probe shows it. */
const SETTINGS = [
  {
    fault: 'ip-forward-off',
    code: 'E5',
    line: new RegExp(String.raw`^${LAB}w\d: net\.ipv4\.ip_forward = 0$`),
  },
  {
    fault: 'br-netfilter-off',
    code: 'D9',
    line: new RegExp(String.raw`^${LAB}w\d: net\.bridge\.\S+ = 0; ${LAB}w\d -> `),
  },
  {
    fault: 'large-packets-lost',
    code: 'E7',
    line: new RegExp(String.raw`^ip link on ${LAB}w\d: eth0 mtu 1300, cnio0 mtu 1500; `),
  },
] as const

for (const { fault, code, line } of SETTINGS) {
  test(`and the one with ${fault} by its setting`, { skip }, async () => {
    assertCode(await run(['lab', 'break', fault, '--json', '--inventory', LAB_FILE]), 0)
    const verified = await run(['verify', '--json', '--inventory', file], how)
    assertCode(verified, 4)
    const verdicts = ofType(verified, 'step-failed').map(({ explanation }) => explanation.verdict)
    const told = verdicts.find((one) => one?.code === code)
    assert.ok(told, JSON.stringify(verdicts, null, 1))
    assert.equal(told.certainty, 'seen')
    assert.match(told.evidence, line)
    assertCode(await run(['lab', 'mend', '--json', '--inventory', LAB_FILE]), 0)
    assertCode(await run(['verify', '--json', '--inventory', file], how), 0)
  })
}

test('rollback gives all of it back, and leaves only the record of it', { skip }, async () => {
  assertCode(await runner('rollback'), 0)
  assert.equal(await live('deployment', 'coredns', 'kube-system'), null)
  for (const pod of ['busybox', `dns-probe-${LAB}w0`, `host-probe-${LAB}w0`]) {
    assert.equal(await live('pod', pod, 'default'), null)
  }
  const [target = ''] = await readdir(join(folder, 'state', 'hardway'))
  assert.match(target, new RegExp(`^hardway-${LAB}-[0-9a-f]{8}$`))
  const left = await tree(join(folder, 'state', 'hardway', target))
  assert.deepEqual(
    left.slice(1).map((path) => path.split('/').at(-1)),
    ['chapter.journal'],
  )
})

test(
  'what it leaves has no signature of an address: state, saved plan and report',
  { skip },
  async () => {
    const files = (await tree(folder)).filter((path) => !path.startsWith(join(folder, 'cache')))
    const texts = await Promise.all(files.map((path) => readFile(path, 'utf8').catch(() => '')))
    const named = files.filter((_, i) => texts[i]?.includes('X-Amz-Signature'))
    assert.ok(named.includes(join(folder, 'plan')), named.join())
    assert.ok(named.includes(join(folder, 'report', 'run.jsonl')), named.join())
    assert.deepEqual(
      files.filter((_, i) => texts[i]?.includes(SIGNATURE)),
      [],
    )
  },
)
