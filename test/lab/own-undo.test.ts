import assert from 'node:assert/strict'
import { test } from 'node:test'
import { labSteps } from '../../steps/lab.ts'
import { InputError } from '../../lib/core/errors.ts'
import type { Before } from '../../lib/ports/host.ts'
import type { Resource } from '../../lib/ports/resources.ts'
import { daemonOf } from '../../lib/lab/daemon.ts'
import { layoutOf } from '../../lib/lab/layout.ts'
import { notOwned, ownsFilesIn, ownsOfLab, undoingOnly } from '../../lib/lab/own-undo.ts'
import { acting } from '../fakes/acting.ts'
import { fakeHost } from '../fakes/host.ts'
import { defaultInventory } from '../fakes/lab-world.ts'

const layout = layoutOf('lab')

function guarded() {
  const machine = fakeHost()
  const owns = ownsOfLab(layout, defaultInventory, machine)
  const host = undoingOnly(owns, machine, notOwned('lab lab', layout.folder))
  return { machine, host }
}

/** What of these is refused, by name. */
async function refused(...befores: readonly unknown[]): Promise<readonly string[]> {
  const { machine, host } = guarded()
  try {
    await host.restore(befores as readonly Before[])
  } catch (error) {
    assert.ok(error instanceof InputError, String(error))
    assert.deepEqual(machine.writes, [])
    return error.explanation.seen ?? []
  }
  return []
}

const gone = (resource: Resource): Before => ({ resource, now: null })

test('all that the steps of a lab write in a journal may be undone', async () => {
  const { machine, host } = guarded()
  for (const step of labSteps({ inventory: defaultInventory, layout })) {
    if (step.id === 'allow-kubelet-access' || step.id === 'check-machine') continue
    const check = await step.check(acting({ host: machine }))
    assert.ok(check.status === 'drifted', step.id)
    await host.restore(check.undo as unknown as readonly Before[])
  }
})

test('a folder elsewhere is refused, by whatever way it is spelled, and nothing is undone', async () => {
  const own = gone({ kind: 'folder', path: layout.programs, mode: 0o755 })
  for (const path of [
    '/srv/data',
    '/var/lib/hardway',
    '/var/lib/hardway/lab2',
    '/var/lib/hardway/lab/../../../../srv/data',
    '/var/lib/hardway/lab//x',
    'relative',
  ]) {
    assert.deepEqual(await refused(own, gone({ kind: 'folder', path, mode: 0o755 })), [
      `folder ${path}`,
    ])
  }
  assert.deepEqual(await refused(own), [])
})

test('a folder that the machine shares is only ours where it is taken away empty', async () => {
  const folder = { kind: 'folder', path: '/etc/cni', mode: 0o755 } as const
  assert.deepEqual(await refused(gone({ ...folder, shared: true })), [])
  assert.deepEqual(await refused(gone(folder)), ['folder /etc/cni'])
})

test('every kind of thing that is not of this lab is refused', async () => {
  const flags = { config: '/x' }
  const daemon = daemonOf(layout, { host: 'k8sworker0', program: 'kubelet', flags, reads: [] })
  const running = { argv: daemon.argv, env: daemon.env, reads: 'current' }
  const PATH = daemon.env['PATH'] ?? ''
  assert.deepEqual(await refused({ resource: daemon, now: running }), [])
  const strange: readonly (readonly [unknown, string])[] = [
    [gone({ kind: 'file', path: '/etc/passwd', mode: 0o644, text: '' }), 'file /etc/passwd'],
    [gone({ kind: 'cgroup', path: 'system.slice', delegate: true }), 'cgroup system.slice'],
    [gone({ kind: 'network-namespace', name: 'prod' }), 'network-namespace prod'],
    [gone({ kind: 'mount-namespace', path: '/mnt', binds: [] }), 'mount-namespace /mnt'],
    [gone({ kind: 'link', netns: null, name: 'eth0', type: 'veth' }), 'link /eth0'],
    [gone({ kind: 'kernel-module', name: 'ext4', provides: '/x' }), 'kernel-module ext4'],
    [
      { resource: { kind: 'sysctl', netns: 'k8sworker0', key: 'kernel.core_pattern' }, now: {} },
      'sysctl k8sworker0/kernel.core_pattern',
    ],
    [gone({ ...daemon, lab: 'other' }), 'process other/k8sworker0/kubelet'],
    [
      { resource: daemon, now: { ...running, argv: ['/bin/sh', '-c', 'id'] } },
      'process lab/k8sworker0/kubelet',
    ],
    [
      { resource: daemon, now: { ...running, env: { LD_PRELOAD: '/tmp/x.so' } } },
      'process lab/k8sworker0/kubelet',
    ],
    [
      { resource: daemon, now: { ...running, env: { PATH: `/tmp/bin:${PATH}` } } },
      'process lab/k8sworker0/kubelet',
    ],
    [
      { resource: daemon, now: { ...running, env: { PATH: `${PATH}:` } } },
      'process lab/k8sworker0/kubelet',
    ],
    [
      { resource: { kind: 'absent', resource: { kind: 'file', path: '/etc/x' } }, now: {} },
      'file /etc/x',
    ],
    [{ resource: { kind: 'house' }, now: null }, '{"kind":"house"}'],
    [{ now: null }, '{"now":null}'],
  ]
  for (const [before, name] of strange) assert.deepEqual(await refused(before), [name])
})

test('a daemon as a version with other programs has started it may be undone', async () => {
  const daemon = daemonOf(layout, { host: 'k8sworker0', program: 'kubelet', flags: {}, reads: [] })
  const PATH = `${layout.programs}/earlier/bin:/usr/sbin:/usr/bin:/sbin:/bin`
  const now = { argv: daemon.argv, env: { ...daemon.env, PATH }, reads: 'current' }
  assert.deepEqual(await refused({ resource: daemon, now }), [])
})

test('a host that the inventory does not name any more is known by its folder', async () => {
  const { machine, host } = guarded()
  const old = gone({ kind: 'network-namespace', name: 'k8sworker9' })
  await assert.rejects(host.restore([old]), /would undo what is not its own/)
  const folder = { kind: 'folder', path: `${layout.folder}/hosts/k8sworker9`, mode: 0o755 } as const
  await machine.put([folder], () => undefined)
  await host.restore([gone(folder)])
  await assert.rejects(host.restore([old]), /would undo what is not its own/)
  await machine.put([folder], () => undefined)
  await host.restore([old, gone(folder)])
  await host.restore([old])
})

test('on a cluster of the user only files of the state folder may be undone', async () => {
  const owns = ownsFilesIn('/home/me/.local/state/hardway/c-1')
  const file = (path: string): Before => gone({ kind: 'file', path, mode: 0o600, text: '' })
  assert.equal(await owns(file('/home/me/.local/state/hardway/c-1/coredns.yaml')), true)
  assert.equal(await owns(file('/home/me/.bashrc')), false)
  assert.equal(await owns(gone({ kind: 'folder', path: '/home/me', mode: 0o700 })), false)
})
