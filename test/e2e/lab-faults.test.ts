import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { runQuietly } from '../../lib/cli/quiet-run.ts'
import { loadInventory } from '../../lib/inventory/load.ts'
import { isObject, type Json, type JsonObject, listAt, textAt } from '../../lib/core/json.ts'
import { binOf, hostFolder } from '../../lib/lab/layout.ts'
import { draw } from '../../lib/exercises/draw.ts'
import { fitsEdition } from '../../lib/faults/fault.ts'
import { faults } from '../../steps/faults.ts'
import { assertCode, endOf, ofType } from './events.ts'
import { inventory, inventoryText, LAB, NETWORK } from './inventory.ts'
import { kubectl, labDown, labStatus, layout, pidsOf, withTheChapter } from './lab.ts'
import { machineSnapshot } from './machine-snapshot.ts'
import { noLab } from './no-lab.ts'
import { output, run } from './program.ts'

/** Each fault is really there while it is on, seen by other programs than this one, and gone after. */
const skip = noLab
const FILE = inventory({ size: '3+3' })
const HOSTS = [0, 1, 2].flatMap((i) => [`${LAB}m${String(i)}`, `${LAB}w${String(i)}`])
const WORKERS = HOSTS.filter((host) => host.startsWith(`${LAB}w`))

withTheChapter(FILE)

const lab = (...args: readonly string[]) => run(['lab', ...args, '--json', '--inventory', FILE])

/** What a fault makes differ, a line each: `+` new, `-` gone; times and counters left out. */
type State = Readonly<Record<string, Json>>

/** Programs that hold a lease on their API server. */
const ELECTED = /^argv .*\/kube-(?:controller-manager|scheduler)$/

/** What must differ while each is on: keys of the state below, with LAB for the name of the lab. */
const TOUCHES: Readonly<Record<string, RegExp>> = {
  'duplicate-pod-cidr': /^(file LABw\d|argv|routes LABw\d)/,
  'second-cni-file': /^file LABw\d cni-conf\/00-crio/,
  'missing-route': /^routes LABw\d$/,
  'ip-forward-off': /^sysctl LABw\d net\.ipv4\.ip_forward$/,
  'large-packets-lost': /^mtu LABw\d$/,
  'br-netfilter-off': /^sysctl LABw\d net\.bridge/,
  'forward-drop': /^FORWARD LABw\d$/,
  'user-chain-drop': /^tables LABw\d$/,
  'kubelet-port-filtered': /^tables LABw\d$/,
  'kube-proxy-forbidden': /^clusterrolebinding .*system:node-proxier$/,
  'kubelet-certificate-early': /^(pki LABw\d-of-|file LABw\d kubelet-config\.yaml$)/,
  'kubelet-wrong-server': /^file LABw\d kubelet\.kubeconfig$/,
  'host-resolv-conf-missing': /^file LABw\d kubelet-config\.yaml$/,
  'etcd-member-stopped': /^argv LABm\d\/etcd$/,
  'schedulers-stopped': /^argv LABm\d\/kube-scheduler$/,
  'kube-proxy-stopped': /^argv LABw\d\/kube-proxy$/,
  'kubelet-stopped': /^argv LABw\d\/kubelet$/,
  'containerd-stopped': /^argv LABw\d\/containerd$/,
  'wrong-cluster-dns': /^file LABw\d kubelet-config\.yaml$/,
  'api-server-down': /^argv LABm\d\/kube-/,
  'api-server-certificate': /^(pki kubernetes-without|argv LABm\d\/kube-)/,
  'api-server-expired': /^(pki kubernetes-expired|argv LABm\d\/kube-)/,
  'service-account-key': /^(pki other-service|argv LABm\d\/kube-)/,
  'missing-permission': /^clusterrole .*system:coredns$/,
  'corefile-unknown-plugin': /^configmap kube-system\/coredns$/,
  'corefile-forward-name': /^configmap kube-system\/coredns$/,
  'corefile-loop': /^configmap kube-system\/coredns$/,
  'no-such-image': /^deployment kube-system\/coredns$/,
  'memory-limit': /^deployment kube-system\/coredns$/,
  'workers-tainted': /^node .*LABw\d$/,
  'cluster-ip-taken': /^service (kube-system\/kube-dns|default\/legacy-dns)$/,
  'selector-without-match': /^service kube-system\/kube-dns$/,
  'unenforced-network-policy': /^networkpolicy .*deny-all$/,
}

const inLab = await loadInventory(FILE)
const all = faults({ inventory: inLab, layout })

/** One of each family: all of them take a quarter of an hour, and `npm run test:causes` takes it. */
const FEW = [
  ...[
    'user-chain-drop',
    'large-packets-lost',
    'kube-proxy-forbidden',
    'wrong-cluster-dns',
    'api-server-certificate',
  ],
  ...['corefile-unknown-plugin', 'cluster-ip-taken', 'unenforced-network-policy'],
]
const chosen =
  process.env['HARDWAY_FAULTS'] === '1' ? all : all.filter(({ id }) => FEW.includes(id))

test('it is said of each fault what it touches', () => {
  assert.deepEqual(Object.keys(TOUCHES).sort(), all.map(({ id }) => id).sort(), 'TOUCHES has each')
})

for (const fault of chosen) {
  const { id } = fault
  const takesEffect = fitsEdition(fault, inLab.edition)
  const vain = takesEffect ? skip : `it has no effect in edition ${inLab.edition}`
  test(`${id} is in force while it is on, and exactly gone after`, { skip: vain }, async () => {
    const touches = TOUCHES[id]
    assert.ok(touches, `say what ${id} touches`)
    const was = await state()
    try {
      assertCode(await lab('break', id), 0)
      const differs = differing(await state(), was)
      assert.notDeepEqual(differs, [], 'it is to be seen')
      assert.deepEqual(
        differs.filter((key) => !touches.test(key.replaceAll(LAB, 'LAB'))),
        [],
        'and nothing else',
      )
      const told = (await run(['lab', 'status', '--json', '--inventory', FILE])).stdout
      assert.match(told, new RegExp(`"faults":\\[\\{"id":"${id}"`))
    } finally {
      assertCode(await lab('mend'), 0)
    }
    const now = await state()
    for (const key of differing(now, was)) {
      // Without its API server it ends by itself after ten seconds, and the next run starts it again.
      if (now[key] === null && ELECTED.test(key)) continue
      assert.deepEqual(now[key], was[key], key)
    }
    assertCode(await run(['--json', '--inventory', FILE]), 0)
  })
}

test(
  'a run and verify leave the fault on and say so, and rollback wants it off',
  { skip },
  async () => {
    assertCode(await lab('break', 'selector-without-match'), 0)
    try {
      const was = await state()
      const verified = await run(['verify', '--json', '--inventory', FILE])
      assertCode(verified, 4)
      assert.deepEqual(ofType(verified, 'step-drifted'), [])
      assert.match(endOf(verified).notes.join(), /The fault selector-without-match is on since/)
      assertCode(await run(['--json', '--inventory', FILE]), 1)
      assert.deepEqual(await state(), was)
      assertCode(await run(['rollback', '--json', '--inventory', FILE]), 2)
      assertCode(await lab('break', 'selector-without-match'), 2)
    } finally {
      assertCode(await lab('mend'), 0)
    }
    assertCode(await lab('mend'), 0)
  },
)

test('a fault that a dry-run tells of is not put on', { skip }, async () => {
  const was = await state()
  const dry = await lab('break', 'missing-route', '--dry-run')
  assertCode(dry, 0)
  const [planned] = ofType(dry, 'step-planned')
  assert.deepEqual(
    planned?.changes.map(({ action }) => action),
    ['delete'],
  )
  assert.equal(endOf(dry).ledger.hostWrites, 0)
  assert.deepEqual(await state(), was)
})

test(
  'an exercise names nothing until it is solved, and no wrong cure solves it',
  { skip },
  async () => {
    const level = 1
    const seed = Array.from({ length: 1_000 }, (_, i) => i + 1).find((one) =>
      draw(all, level, one).includes('selector-without-match'),
    )
    const set = await lab('exercise', '--level', String(level), '--seed', String(seed))
    assertCode(set, 0)
    try {
      const verified = await run(['verify', '--json', '--inventory', FILE])
      assertCode(verified, 4)
      assert.match(endOf(verified).notes.join(), /changed counts as wanted until it is solved/)
      const proved = await run(['prove', '--json', '--inventory', FILE])
      assertCode(proved, 4)
      const told = [set, verified, proved, await lab('status'), await lab('hint')]
      for (const { stdout, stderr } of told) {
        assert.doesNotMatch(stdout + stderr, /selector-without-match|"code":"D4"/)
      }
      assert.doesNotMatch((await lab('faults')).stdout, /"since":"/)
      for (const refused of [
        ...[['exercise'], ['break', 'missing-route'], ['mend', 'selector-without-match']],
      ]) {
        assertCode(await lab(...refused), 2)
      }
      const restart = ['-n', 'kube-system', 'rollout', 'restart', 'deployment', 'coredns']
      await kubectl(restart)
      await kubectl(['-n', 'kube-system', 'rollout', 'status', 'deployment', 'coredns'])
      const restarted = await lab('check')
      assertCode(restarted, 1)
      assert.match(restarted.stdout, /not yet as it was before/)
      const right = '{"spec":{"selector":{"k8s-app":"kube-dns"}}}'
      await kubectl(['-n', 'kube-system', 'patch', 'service', 'kube-dns', '-p', right])
      await kubectl(['create', 'configmap', 'left-behind', '-n', 'kube-system'])
      const untidy = await lab('check')
      assertCode(untidy, 1)
      assert.match(untidy.stdout, /configmap\/left-behind in kube-system was not there before/)
      await kubectl(['delete', 'configmap', 'left-behind', '-n', 'kube-system'])
      const solved = await lab('check')
      assertCode(solved, 0)
      assert.match(
        solved.stdout,
        /"solved":true,"faults":\["selector-without-match"\],"codes":\["D4"\],"hints":1/,
      )
    } finally {
      assertCode(await lab('mend'), 0)
    }
    assertCode(await lab('hint'), 2)
  },
)

test(
  'a look that is stopped says nothing, neither what is wrong nor that nothing is',
  { skip },
  async () => {
    const stop = new AbortController()
    const reason = new Error('stopped')
    const looked = runQuietly(
      { command: 'verify' },
      {
        common: { inventory: FILE, json: false, verbose: false },
        inventory: await loadInventory(FILE),
        signal: stop.signal,
        told: ({ type }) => {
          if (type === 'step-proven') stop.abort(reason)
        },
      },
    )
    await assert.rejects(looked, reason)
  },
)

test('a shell on a host has the name of the host', { skip }, async () => {
  for (const host of HOSTS.slice(0, 2)) {
    const shell = await run(['lab', 'shell', '--inventory', FILE, host, 'uname', '-n'])
    assert.equal(shell.stdout.trim(), host)
  }
})

test(
  'of several API servers one that hangs is named, also where the cluster is not known as a lab',
  { skip },
  async () => {
    const pid = pidsOf(await labStatus(FILE))[`${LAB}m1/kube-apiserver`]
    assert.ok(typeof pid === 'number')
    const target = {
      ...{ kubeconfig: layout.adminKubeconfig, context: `hardway-${LAB}` },
      controllers: [200, 201, 202].map((last) => `${NETWORK}.${String(last)}`),
    }
    const own = inventoryText(JSON.stringify({ target }))
    process.kill(pid, 'SIGSTOP')
    try {
      const verified = await run(['verify', '--json', '--inventory', own])
      const told = ofType(verified, 'step-failed').map(({ explanation }) => explanation.verdict)
      const found = told.find((one) => one?.code === 'B13')
      assert.ok(found, JSON.stringify(told, null, 1))
      assert.match(found.subject, new RegExp(`^${NETWORK}\\.201\\b`))
    } finally {
      process.kill(pid, 'SIGCONT')
    }
  },
)

test('two faults at once come off together', { skip }, async () => {
  const was = await state()
  assertCode(await lab('break', 'ip-forward-off'), 0)
  assertCode(await lab('break', 'selector-without-match'), 0)
  assertCode(await lab('mend'), 0)
  assert.deepEqual(differing(await state(), was), [])
})

test('a lab with faults on goes down and leaves nothing', { skip }, async () => {
  // In this order: behind a filter that drops, a CoreDNS pod that is restarted does not get ready.
  for (const id of ['kube-proxy-stopped', 'forward-drop', 'api-server-certificate']) {
    assertCode(await lab('break', id), 0)
  }
  await labDown()
  const left = Object.values(await machineSnapshot()).flat()
  // By that socket this test file keeps other tests off the lab.
  const ours = `unix @hardway-${LAB}`
  assert.deepEqual(
    left.filter((line) => line.includes(LAB) && line !== ours),
    [],
  )
})

function differing(now: State, was: State): readonly string[] {
  const keys = [...new Set([...Object.keys(was), ...Object.keys(now)])]
  return keys.filter((key) => JSON.stringify(now[key]) !== JSON.stringify(was[key]))
}

/** All that a fault may touch, as `ip`, `sysctl`, `iptables`, `ps` and `kubectl` have it. */
async function state(): Promise<State> {
  const parts = await Promise.all([network(), files(), daemons(), objects()])
  return Object.fromEntries(parts.flat())
}

type Entries = readonly (readonly [string, Json])[]

/** One shell a host: what it prints, each part behind its name. */
async function network(): Promise<Entries> {
  const each = await Promise.all(
    HOSTS.map(async (host): Promise<Entries> => {
      const isWorker = WORKERS.includes(host)
      const parts: Readonly<Record<string, string>> = {
        routes: 'ip route | grep -v cnio0 | grep -v crio0 | sort',
        mtu: 'ip -o link show eth0 | grep -o "mtu [0-9]*"',
        ...(isWorker ? ONLY_WORKERS : {}),
      }
      const script = Object.entries(parts).map(([name, text]) => `echo '# ${name}'; ${text}`)
      const argv = ['netns', 'exec', host, 'sh', '-c', script.join('; ')]
      const told = (await output('ip', argv)).split(/^# /m).slice(1)
      return told.map((text): [string, Json] => {
        const [name = '', ...lines] = text.trim().split('\n')
        return [name.replace(/^\w+/, `$& ${host}`), lines]
      })
    }),
  )
  return each.flat()
}

const SYSCTLS = ['net.ipv4.ip_forward', 'net.bridge.bridge-nf-call-iptables']
const ONLY_WORKERS = {
  FORWARD: `${binOf(layout, 'iptables')}/iptables --wait --list-rules FORWARD | head -1`,
  tables: `${binOf(layout, 'nftables')}/nft list tables inet`,
  ...Object.fromEntries(
    SYSCTLS.map((key) => [`sysctl ${key}`, `cat /proc/sys/${key.replaceAll('.', '/')}`]),
  ),
}

const FILES = ['kubelet-config.yaml', 'kubelet.kubeconfig', 'containerd.toml']

async function files(): Promise<Entries> {
  const cni = WORKERS.map(async (worker) => {
    const names = await readdir(`${hostFolder(layout, worker)}/cni-conf`)
    const all = [...FILES, ...names.map((name) => `cni-conf/${name}`)]
    return all.map(
      (name) => [`file ${worker} ${name}`, `${hostFolder(layout, worker)}/${name}`] as const,
    )
  })
  const paths = (await Promise.all(cni)).flat()
  const keys = (await readdir(layout.pki)).map(
    (name) => [`pki ${name}`, `${layout.pki}/${name}`] as const,
  )
  return Promise.all(
    [...paths, ...keys].map(async ([key, path]) => {
      const hash = createHash('sha256').update(await readFile(path))
      return [key, hash.digest('hex')] as const
    }),
  )
}

async function daemons(): Promise<Entries> {
  return Promise.all(
    Object.entries(pidsOf(await labStatus(FILE))).map(async ([name, pid]) => {
      const argv = pid === null ? null : await readFile(`/proc/${String(pid)}/cmdline`, 'utf8')
      return [`argv ${name}`, argv] as const
    }),
  )
}

/** What the server counts by itself, or sets again for an object that was made again. */
const COUNTED = ['resourceVersion', 'generation', 'uid', 'creationTimestamp', 'managedFields']

async function objects(): Promise<Entries> {
  const kinds = 'configmap,deployment,service,serviceaccount,networkpolicy'
  const roles = 'clusterrole,clusterrolebinding'
  const [inside, nodes, rights] = await Promise.all([
    kubectl(['get', kinds, '-A', '-o', 'json', '--show-managed-fields']),
    kubectl(['get', 'nodes', '-o', 'json']),
    kubectl(['get', roles, '-o', 'json', '--show-managed-fields']),
  ])
  return [inside, nodes, rights].flatMap((text) =>
    listAt(JSON.parse(text) as Json, 'items').map((item) => [keyOf(item), bare(item)] as const),
  )
}

function keyOf(item: Json): string {
  const kind = textAt(item, 'kind')?.toLowerCase() ?? ''
  return `${kind} ${textAt(item, 'metadata', 'namespace') ?? ''}/${textAt(item, 'metadata', 'name') ?? ''}`
}

/** The owners of fields stay in, without their times. */
function bare(item: Json): Json {
  if (!isObject(item) || !isObject(item['metadata'])) return item
  const { metadata } = item
  const rest = Object.fromEntries(Object.entries(item).filter(([key]) => key !== 'status'))
  const kept = Object.entries(metadata).filter(([key]) => !COUNTED.includes(key))
  const owners = listAt(metadata, 'managedFields')
    .filter((entry) => textAt(entry, 'subresource') === undefined)
    .map((entry) => [textAt(entry, 'manager') ?? '', (entry as JsonObject)['fieldsV1'] ?? null])
  const annotations = Object.entries(
    isObject(metadata['annotations']) ? metadata['annotations'] : {},
  )
  return {
    ...rest,
    ...(isObject(item['spec']) ? { spec: withoutOwnTaints(item['spec']) } : {}),
    metadata: {
      ...Object.fromEntries(kept),
      annotations: Object.fromEntries(annotations.filter(([key]) => !/revision$/.test(key))),
    },
    owners,
  }
}

/** The cluster itself taints a worker that is not ready, and takes that off again. */
function withoutOwnTaints(spec: JsonObject): JsonObject {
  const taints = listAt(spec, 'taints').filter(
    (taint) => textAt(taint, 'key')?.startsWith('node.kubernetes.io/') !== true,
  )
  const others = Object.entries(spec).filter(([key]) => key !== 'taints')
  return Object.fromEntries(taints.length === 0 ? others : [...others, ['taints', taints]])
}
