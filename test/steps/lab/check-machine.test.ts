import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Explanation } from '../../../lib/core/errors.ts'
import type { MachineFacts } from '../../../lib/ports/host.ts'
import type { Resource } from '../../../lib/ports/resources.ts'
import { labWorld, type LabWorld } from '../../fakes/lab-world.ts'
import { actingIn } from '../../laws/scenario.ts'
import { labStep } from './resources.ts'

const GIB = 1024 ** 3
const step = labStep('check-machine')

function machine(facts: Partial<MachineFacts> = {}): LabWorld {
  return labWorld({ host: { facts } })
}

async function refused(world: LabWorld, explanation: Explanation): Promise<void> {
  await assert.rejects(step.check(actingIn(world)), { name: 'InputError', explanation })
}

test('a machine that can carry the lab is told in one line', async () => {
  assert.deepEqual(await step.check(actingIn(machine())), {
    status: 'satisfied',
    because: 'Linux, root, 2 processors, 16 GiB of memory, 192.168.199.0/24 is free',
  })
  assert.equal(await step.verify(actingIn(machine())), 'fit for the lab')
})

const ELSEWHERE =
  'prove the DNS of a cluster of yours (npx tsx run.ts prove --kubeconfig FILE), or name it in inventory.yaml and replay the chapter there (target: {kubeconfig: …, context: …})'

/** One trouble each. */
const TROUBLES: Readonly<
  Record<string, { readonly facts: Partial<MachineFacts>; readonly explanation: Explanation }>
> = {
  'is no Linux': {
    facts: { platform: 'darwin' },
    explanation: {
      problem: 'a lab needs Linux and this is darwin',
      remedy: `run it in a Linux virtual machine; or ${ELSEWHERE}`,
    },
  },
  'is not given as root': {
    facts: { root: false, missingCapabilities: ['CAP_SYS_ADMIN'] },
    explanation: {
      problem: 'a lab makes network namespaces and mounts, and only root may',
      remedy: `sudo npx tsx run.ts\n# or ${ELSEWHERE}`,
    },
  },
  'keeps capabilities from root': {
    facts: { missingCapabilities: ['CAP_NET_ADMIN', 'CAP_SYS_ADMIN'] },
    explanation: {
      problem:
        'root does not have CAP_NET_ADMIN, CAP_SYS_ADMIN here, as in an unprivileged container',
      remedy: 'start the container with --privileged, or use a virtual machine',
    },
  },
  'lacks programs': {
    facts: { missingPrograms: ['ip', 'nsenter'] },
    explanation: {
      problem: 'ip, nsenter not found on the PATH',
      remedy: 'apt-get install iproute2 util-linux mount coreutils grep',
    },
  },
  'has too little memory': {
    facts: { memoryBytes: GIB },
    explanation: {
      problem: '6 hosts need about 1.5 GiB of memory, there are 1.0',
      remedy: 'leave one controller and one worker in inventory.yaml',
    },
  },
  'has too little room on a disk': {
    facts: { freeBytes: { '/var/lib': 100 * GIB, '/root/.cache': 1.5 * GIB } },
    explanation: {
      problem: '/root/.cache has 1.5 GiB free, the lab may need 6',
      remedy:
        'free some (npx tsx run.ts cache shows what this program keeps), or set XDG_CACHE_HOME elsewhere',
    },
  },
  'has too few inotify instances': {
    facts: { inotify: { max_user_instances: 20 } },
    explanation: {
      problem: 'fs.inotify.max_user_instances is 20, too few for 3 workers',
      remedy: 'sysctl -w fs.inotify.max_user_instances=512',
    },
  },
  'uses the network already': {
    facts: { routes: [{ to: '192.168.0.0/16', dev: 'eth1' }] },
    explanation: {
      problem: '192.168.199.0/24 is in use on this machine: 192.168.0.0/16 is routed over eth1',
      remedy:
        'give lab.network and the hosts of inventory.yaml another range, such as 192.168.198.0/24',
    },
  },
  'runs a kubelet of somebody else': {
    facts: { foreignKubelets: [77] },
    explanation: {
      problem: 'a kubelet that is not of a lab runs here (process 77)',
      remedy:
        'use that cluster (target: {kubeconfig: …, context: …}), or a machine of its own for the lab of cluster.local',
    },
  },
}

for (const [what, { facts, explanation }] of Object.entries(TROUBLES)) {
  test(`a machine that ${what} is refused with the way out`, () =>
    refused(machine(facts), explanation))
}

test('all troubles are told at once', async () => {
  const world = machine({ memoryBytes: GIB, missingPrograms: ['ip'] })
  await refused(world, {
    problem: 'this machine cannot run the lab, for 2 reasons',
    seen: ['ip not found on the PATH', '6 hosts need about 1.5 GiB of memory, there are 1.0'],
    remedy:
      'apt-get install iproute2 util-linux mount coreutils grep; leave one controller and one worker in inventory.yaml',
  })
})

test('a default route and the lab’s own are no hindrance', async () => {
  const routes = [
    { to: '0.0.0.0/0', dev: 'eth0' },
    { to: '192.168.199.0/24', dev: 'hw-lab' },
    { to: '192.168.198.0/24', dev: 'eth1' },
  ]
  assert.equal((await step.check(actingIn(machine({ routes })))).status, 'satisfied')
})

test('once the programs are built far less room will do', async () => {
  const world = machine({ freeBytes: { '/var/lib': 2 * GIB } })
  const programs = { kind: 'programs', family: 'kubernetes', into: world.layout.programs } as const
  world.host.set(programs, { cached: true, linked: false })
  assert.equal((await step.check(actingIn(world))).status, 'satisfied')
})

const NAMES: readonly Resource[] = [
  { kind: 'link', netns: null, name: 'hw-lab', type: 'veth' },
  { kind: 'network-namespace', name: 'k8sworker1' },
]

test('names that somebody else uses are refused, and how to be rid of them is told', async () => {
  const world = machine()
  for (const name of NAMES) world.host.set(name, {})
  await refused(world, {
    problem: 'names that the lab would give are in use on this machine: hw-lab, k8sworker1',
    remedy:
      'give lab.name and its hosts other names in inventory.yaml, or, if nobody needs these: ip link delete hw-lab; ip netns delete k8sworker1',
  })
})

test('they are the lab’s own where it is recorded, or where a daemon of it runs', async () => {
  const recorded = machine()
  for (const name of NAMES) recorded.host.set(name, {})
  recorded.host.set({ kind: 'folder', path: '/run/hardway/lab', mode: 0o711 }, { mode: 0o711 })
  assert.equal((await step.check(actingIn(recorded))).status, 'satisfied')
  const running = machine()
  for (const name of NAMES) running.host.set(name, {})
  const daemon = { lab: 'lab', host: 'k8sworker1', name: 'kubelet', argv: ['/kubelet'], env: {} }
  const rest = { log: '', netns: 'k8sworker1', mountNamespace: null, cgroup: '', reads: [] }
  running.host.set({ kind: 'process', ...daemon, ...rest }, { argv: ['/kubelet'], env: {} })
  assert.equal((await step.check(actingIn(running))).status, 'satisfied')
})
