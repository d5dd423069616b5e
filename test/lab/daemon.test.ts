import assert from 'node:assert/strict'
import { test } from 'node:test'
import { daemonOf, endedDaemons, logOf } from '../../lib/lab/daemon.ts'
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
  assert.equal(await endedDaemons(on, [ETCD, KUBELET]), null)
})

test('a daemon that ended is named with the last three lines of its log', async () => {
  const log = logOf(layout, 'k8smaster0', 'etcd')
  const host = fakeHost({ files: { [log]: 'one\ntwo\nthree\nfatal: no space\n\n' } })
  await host.put([KUBELET], () => undefined)
  assert.deepEqual(await endedDaemons(acting({ host }), [ETCD, KUBELET]), {
    problem: 'etcd on k8smaster0 is not running',
    seen: [
      `etcd on k8smaster0 is not running; the end of ${log}:`,
      ...['  two', '  three', '  fatal: no space'],
    ],
    remedy: 'fix what the log names, then continue with npx tsx run.ts --resume',
  })
})

test('a full disk is named, although what ended by it ends with a stack', async () => {
  const log = logOf(layout, 'k8smaster0', 'etcd')
  const full = 'fatal: write /x/wal/0.tmp: no space left on device'
  const host = fakeHost({ files: { [log]: `one\n${full}\ngoroutine 1:\nmain.go:1\nmain.go:2\n` } })
  const ended = await endedDaemons(acting({ host }), [ETCD])
  assert.equal(ended?.cause, 'the disk that etcd on k8smaster0 writes to is full')
  assert.equal(ended.seen?.[1], `  ${full}`)
  assert.match(ended.remedy, /^df -h \/var\/lib\/hardway\/lab\/logs\/k8smaster0; free space/)
})

test('a daemon that never wrote a log is named all the same', async () => {
  const [line] = (await endedDaemons(acting(), [KUBELET]))?.seen ?? []
  assert.equal(
    line,
    'kubelet on k8sworker0 is not running; the end of /var/lib/hardway/lab/logs/k8sworker0/kubelet.log:',
  )
})
