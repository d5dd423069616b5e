import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ObservedError } from '../../../lib/core/errors.ts'
import type { Explanation } from '../../../lib/core/errors.ts'
import type { LabWorld, LabWorldOptions } from '../../fakes/lab-world.ts'
import { actingIn, stepIn, worldBefore } from '../../laws/scenario.ts'
import { flagsOf, thoseOf } from './resources.ts'

/** A world in which a step was applied, whatever comes of it. */
async function applied(id: string, host: LabWorldOptions['host'] = {}): Promise<LabWorld> {
  // What comes before it goes well: only this step is asked differently.
  let own = false
  const world = await worldBefore(id, {
    host: {
      fetch: (url, how) => {
        if (own && host.fetch !== undefined) return host.fetch(url, how)
        return { status: 200, body: Buffer.from('ok') }
      },
      answering: (socket) => !own || host.answering === undefined || host.answering(socket),
      files: host.files ?? {},
    },
  })
  own = true
  await stepIn(world, id).apply(actingIn(world), [])
  return world
}

function says(status: number, body: string) {
  return { status, body: Buffer.from(body) }
}

async function failure(id: string, world: LabWorld): Promise<Explanation> {
  try {
    await stepIn(world, id).verify(actingIn(world))
  } catch (error) {
    if (error instanceof Error && 'explanation' in error) return error.explanation as Explanation
    throw error
  }
  throw new Error('it was proven')
}

/** Steps whose daemons are asked by HTTP: what they ask, and what is said when all is well. */
const ASKED = [
  {
    id: 'start-etcd',
    urls: ['200', '201', '202'].map((last) => `https://192.168.199.${last}:2379/health`),
    proof: '3 members healthy',
    first: { daemon: 'etcd', label: 'k8smaster0' },
  },
  {
    id: 'start-api-servers',
    urls: ['200', '201', '202'].map((last) => `https://192.168.199.${last}:6443/readyz`),
    proof: '3 API servers ready',
    first: { daemon: 'kube-apiserver', label: 'k8smaster0' },
  },
  {
    id: 'start-controllers',
    urls: ['200', '201', '202'].flatMap((last) =>
      [10257, 10259].map((port) => `https://192.168.199.${last}:${String(port)}/healthz`),
    ),
    proof: '6 healthy',
    first: { daemon: 'kube-controller-manager', label: 'kube-controller-manager on k8smaster0' },
  },
] as const

for (const { id, urls, proof, first } of ASKED) {
  describe(id, () => {
    test('is proven when all of its daemons say that they are well', async () => {
      const asked: string[] = []
      const fetch = (url: string) => {
        asked.push(url)
        return says(200, 'ok')
      }
      const world = await applied(id, { fetch })
      assert.equal(await stepIn(world, id).verify(actingIn(world)), proof)
      assert.deepEqual(asked, urls)
    })

    test('waits for one that is not well yet, and tells what it says', async () => {
      const sick = '[+]ping ok\n[-]etcd failed: reason withheld\nreadyz check failed'
      const fetch = (url: string) => (url === urls[0] ? says(500, sick) : says(200, 'ok'))
      const world = await applied(id, { fetch })
      const check = await stepIn(world, id).check(actingIn(world))
      assert.equal(check.status, 'drifted')
      assert.deepEqual(
        check.changes.map(({ action, note }) => [action, note]),
        [['wait', `${first.label}: HTTP 500 [-]etcd failed: reason withheld`]],
      )
      const { problem, seen } = await failure(id, world)
      assert.match(problem, /^timed out after [\d.]+ s waiting for .+$/)
      assert.deepEqual(seen, [`${first.label}: HTTP 500 [-]etcd failed: reason withheld`])
    })

    test('ends at once when a daemon has ended, and shows the end of its log', async () => {
      const log = `/var/lib/hardway/lab/logs/k8smaster0/${first.daemon}.log`
      const world = await applied(id, {
        files: { [log]: 'one\ntwo\nthree\nfatal: no room\n' },
        fetch: (url) => {
          if (url === urls[0]) throw new ObservedError('connect ECONNREFUSED')
          return says(200, 'ok')
        },
      })
      const [ended] = world.host
        .entries()
        .filter(({ name }) => name === `${first.daemon} on k8smaster0`)
      assert.ok(ended)
      world.host.set(ended.resource, null)
      assert.deepEqual(await failure(id, world), {
        problem: `${first.daemon} on k8smaster0 is not running`,
        seen: [
          `${first.daemon} on k8smaster0 is not running; the end of ${log}:`,
          ...['  two', '  three', '  fatal: no room'],
        ],
        remedy: 'fix what the log names, then continue with npx tsx run.ts --resume',
      })
    })
  })
}

const SOCKET = '/run/hardway/lab/k8sworker1/containerd.sock'

test('start-container-runtimes waits for a runtime that does not answer yet', async () => {
  const world = await applied('start-container-runtimes', { answering: (path) => path !== SOCKET })
  const { problem, seen } = await failure('start-container-runtimes', world)
  assert.equal(problem, 'timed out after 60 s waiting for containerd on 3 workers')
  assert.deepEqual(seen, [`${SOCKET} does not answer yet`])
})

test('start-container-runtimes ends at once when a runtime has ended', async () => {
  const log = '/var/lib/hardway/lab/logs/k8sworker1/containerd.log'
  const world = await applied('start-container-runtimes', {
    answering: (path) => path !== SOCKET,
    files: { [log]: 'no such snapshotter\n' },
  })
  const [ended] = world.host.entries().filter(({ name }) => name === 'containerd on k8sworker1')
  assert.ok(ended)
  world.host.set(ended.resource, null)
  assert.deepEqual(await failure('start-container-runtimes', world), {
    problem: 'containerd on k8sworker1 is not running',
    seen: [`containerd on k8sworker1 is not running; the end of ${log}:`, '  no such snapshotter'],
    remedy: 'fix what the log names, then continue with npx tsx run.ts --resume',
  })
})

test('every member of etcd knows all others', async () => {
  const daemons = await thoseOf('process', 'start-etcd')
  const peers = ['0', '1', '2'].map((i) => `k8smaster${i}=https://192.168.199.20${i}:2380`).join()
  for (const daemon of daemons) {
    const flags = flagsOf(daemon)
    assert.equal(flags['initial-cluster'], peers)
    assert.equal(flags['name'], daemon.host)
    assert.equal(flags['peer-client-cert-auth'], '')
  }
})

test('API servers log requests, encrypt at rest and speak only to kubelets of the authority', async () => {
  for (const daemon of await thoseOf('process', 'start-api-servers')) {
    const flags = flagsOf(daemon)
    assert.equal(flags['audit-log-path'], `/var/lib/hardway/lab/logs/${daemon.host}/audit.log`)
    assert.equal(flags['audit-policy-file'], '/var/lib/hardway/lab/audit-policy.yaml')
    assert.match(flags['encryption-provider-config'] ?? '', /encryption-config\.yaml$/)
    assert.match(flags['kubelet-certificate-authority'] ?? '', /\/ca\.pem$/)
    assert.equal(flags['service-cluster-ip-range'], '10.32.0.0/24')
    assert.equal(flags['authorization-mode'], 'Node,RBAC')
  }
})

test('each daemon runs in its host’s namespace, workers’ in their own mounts, all in the lab’s cgroup', async () => {
  const steps = ['start-etcd', 'start-api-servers', 'start-controllers']
  for (const id of [...steps, 'start-container-runtimes', 'start-workers']) {
    for (const daemon of await thoseOf('process', id)) {
      const worker = daemon.host.startsWith('k8sworker')
      const mounts = worker ? `/run/hardway/lab/mnt/${daemon.host}` : null
      assert.deepEqual(
        [daemon.netns, daemon.mountNamespace, daemon.cgroup, daemon.lab],
        [daemon.host, mounts, 'hardway-lab/system', 'lab'],
      )
    }
  }
})

test('every file of ours that a daemon is started with asks for a restart when it changes', async () => {
  for (const id of ['start-etcd', 'start-api-servers', 'start-controllers', 'start-workers']) {
    for (const daemon of await thoseOf('process', id)) {
      const flags = flagsOf(daemon)
      const named = ['config', 'kubeconfig', 'audit-policy-file', 'encryption-provider-config']
      for (const flag of named) {
        const path = flags[flag]
        if (path !== undefined) assert.ok(daemon.reads.includes(path), `${daemon.name} ${flag}`)
      }
    }
  }
})
