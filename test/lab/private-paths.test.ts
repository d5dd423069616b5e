import assert from 'node:assert/strict'
import { test } from 'node:test'
import { layoutOf } from '../../lib/lab/layout.ts'
import { bindsOf, SHARED_FOLDERS } from '../../lib/lab/private-paths.ts'

const layout = layoutOf('lab')
const binds = bindsOf(layout, 'k8sworker0')

test('a worker sees folders and settings of its own, each once', () => {
  assert.deepEqual(
    binds.map(({ to }) => to),
    [
      '/etc/cni/net.d',
      '/var/lib/cni',
      '/var/lib/kubelet',
      '/var/log/containers',
      '/var/log/pods',
      '/run/containerd',
      '/proc/sys/kernel/keys/root_maxbytes',
      '/proc/sys/kernel/keys/root_maxkeys',
      '/proc/sys/kernel/panic',
      '/proc/sys/kernel/panic_on_oops',
      '/proc/sys/vm/overcommit_memory',
    ],
  )
})

test("what it sees there lies in the lab's own folders, and is made before it is bound", () => {
  for (const { from, source } of binds) {
    assert.match(from, /^\/(var\/lib|run)\/hardway\/lab\//)
    assert.deepEqual(
      source.map((one) => ('path' in one ? one.path : '')),
      [from],
    )
  }
})

test('a setting is a file with the value that the kubelet wants', () => {
  const panic = binds.find(({ to }) => to === '/proc/sys/kernel/panic')
  const path = '/var/lib/hardway/lab/hosts/k8sworker0/kernel.panic'
  assert.deepEqual(panic, {
    from: path,
    to: '/proc/sys/kernel/panic',
    source: [{ kind: 'file', path, mode: 0o644, text: '10\n' }],
  })
})

test('two workers share nothing', () => {
  const others = new Set(bindsOf(layout, 'k8sworker1').map(({ from }) => from))
  assert.deepEqual(
    binds.filter(({ from }) => others.has(from)),
    [],
  )
})

test('every folder that is hidden has one on the machine to hang it on, after its parent', () => {
  for (const { to } of binds.filter((bind) => !bind.to.startsWith('/proc/'))) {
    assert.ok(SHARED_FOLDERS.includes(to), to)
  }
  assert.ok(SHARED_FOLDERS.indexOf('/etc/cni') < SHARED_FOLDERS.indexOf('/etc/cni/net.d'))
})
