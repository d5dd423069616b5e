import assert from 'node:assert/strict'
import { test } from 'node:test'
import { daemonOf, deadDaemons, logOf } from '../../lib/lab/daemon.ts'
import { layoutOf, searchPath } from '../../lib/lab/layout.ts'
import { acting } from '../fakes/acting.ts'
import { fakeHost } from '../fakes/host.ts'

const layout = layoutOf('lab')
const ETCD = daemonOf(layout, {
  host: 'k8smaster0',
  program: 'etcd',
  flags: { name: 'k8smaster0', 'client-cert-auth': true, 'data-dir': '/x y' },
  reads: ['/x/ca.pem'],
})
const KUBELET = daemonOf(layout, {
  host: 'k8sworker0',
  program: 'kubelet',
  flags: {},
  reads: [],
  worker: true,
})

test('a daemon is its program with its flags, a word each, in the network of its host', () => {
  assert.deepEqual(ETCD, {
    kind: 'process',
    lab: 'lab',
    host: 'k8smaster0',
    name: 'etcd',
    argv: [
      '/var/lib/hardway/lab/programs/etcd/bin/etcd',
      '--name=k8smaster0',
      '--client-cert-auth',
      '--data-dir=/x y',
    ],
    env: {
      HOME: '/var/lib/hardway/lab/hosts/k8smaster0',
      LC_ALL: 'C',
      PATH: searchPath(layout),
    },
    log: '/var/lib/hardway/lab/logs/k8smaster0/etcd.log',
    netns: 'k8smaster0',
    mountNamespace: null,
    cgroup: 'hardway-lab/system',
    reads: ['/x/ca.pem'],
  })
})

test("a worker's daemon sees the worker's own paths", () => {
  assert.equal(KUBELET.mountNamespace, '/run/hardway/lab/mnt/k8sworker0')
  assert.deepEqual(KUBELET.argv, ['/var/lib/hardway/lab/programs/kubernetes/bin/kubelet'])
})

test('of daemons that run there is nothing to say', async () => {
  const on = acting()
  await on.host.put([ETCD, KUBELET], () => undefined)
  assert.deepEqual(await deadDaemons(on, [ETCD, KUBELET]), [])
})

test('a daemon that ended is named with the last three lines of its log', async () => {
  const log = logOf(layout, 'k8smaster0', 'etcd')
  const host = fakeHost({ files: { [log]: 'one\ntwo\nthree\nfatal: no space\n\n' } })
  await host.put([KUBELET], () => undefined)
  assert.deepEqual(await deadDaemons(acting({ host }), [ETCD, KUBELET]), [
    `etcd on k8smaster0 is not running; the end of ${log}:`,
    '  two',
    '  three',
    '  fatal: no space',
  ])
})

test('a daemon that never wrote a log is named all the same', async () => {
  const [line] = await deadDaemons(acting(), [KUBELET])
  assert.equal(
    line,
    'kubelet on k8sworker0 is not running; the end of /var/lib/hardway/lab/logs/k8sworker0/kubelet.log:',
  )
})
