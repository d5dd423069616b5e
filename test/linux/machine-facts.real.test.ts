import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFile, mkdir } from 'node:fs/promises'
import { totalmem } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { machineFacts } from '../../lib/linux/machine-facts.ts'
import { MARK } from '../../lib/linux/processes.ts'
import { freshName, namespace, put, restore, sh, skip as rootless } from './kinds/support.ts'
import { tempDir } from '../supply/programs/support.ts'

const skip = process.platform === 'linux' ? false : 'needs Linux'

/** An environment variable for one test. */
function set(t: TestContext, name: string, value: string): void {
  const before = process.env[name]
  process.env[name] = value
  t.after(() => {
    if (before === undefined) Reflect.deleteProperty(process.env, name)
    else process.env[name] = before
  })
}

test('a machine tells what it is', { skip }, async () => {
  const facts = await machineFacts()
  assert.deepEqual(
    [facts.platform, facts.root, facts.memoryBytes],
    ['linux', process.geteuid?.() === 0, totalmem()],
  )
  assert.ok(facts.cpus > 0)
  assert.ok((facts.inotify['max_user_watches'] ?? 0) > 0)
})

test(
  'free space is told for places that are yet to be made, by the folder they will lie in',
  { skip },
  async (t) => {
    const folder = join(await tempDir(t), 'not', 'there', 'yet')
    set(t, 'XDG_CACHE_HOME', folder)
    const { freeBytes } = await machineFacts()
    assert.deepEqual(Object.keys(freeBytes), ['/var/lib', folder])
    assert.ok((freeBytes[folder] ?? 0) > 0)
  },
)

test('programs that are not on the PATH are named', { skip }, async (t) => {
  set(t, 'PATH', '/nowhere::/also/nowhere')
  const { missingPrograms } = await machineFacts()
  assert.deepEqual(missingPrograms, [
    'ip',
    'nsenter',
    'unshare',
    'mount',
    'umount',
    'tee',
    'stat',
    'grep',
  ])
})

test('as root on a machine of its own nothing lacks', { skip: rootless }, async () => {
  const { missingCapabilities, missingPrograms } = await machineFacts()
  assert.deepEqual([missingCapabilities, missingPrograms], [[], []])
})

test(
  'routes are told as people write them, with the link they lead over',
  { skip: rootless },
  async (t) => {
    const netns = await namespace(t)
    const name = freshName()
    const link = {
      kind: 'link',
      netns: null,
      name,
      type: 'bridge',
      address: '10.98.76.1/27',
    } as const
    t.after(() => restore(link, null))
    await put({ ...link, netns })
    const before = (await machineFacts()).routes
    assert.ok(!before.some(({ dev }) => dev === name), 'not those of another namespace')
    await put(link)
    const { routes } = await machineFacts()
    assert.deepEqual(
      routes.filter(({ dev }) => dev === name),
      [{ to: '10.98.76.0/27', dev: name }],
    )
    await sh('ip', 'route', 'add', '10.98.77.1', 'dev', name)
    const after = (await machineFacts()).routes.filter(({ dev }) => dev === name)
    assert.deepEqual(after.map(({ to }) => to).sort(), ['10.98.76.0/27', '10.98.77.1/32'])
  },
)

test('a kubelet is somebody else’s unless it bears the mark of a lab', { skip }, async (t) => {
  const folder = join(await tempDir(t), 'bin')
  await mkdir(folder)
  await copyFile('/bin/sleep', join(folder, 'kubelet'))
  const start = async (env: Record<string, string>): Promise<number> => {
    const child = spawn(join(folder, 'kubelet'), ['600'], { env })
    t.after(() => child.kill('SIGKILL'))
    await once(child, 'spawn')
    return child.pid ?? 0
  }
  const [theirs, ours] = [await start({}), await start({ [MARK]: 'lab/k8sworker0/kubelet' })]
  const { foreignKubelets } = await machineFacts()
  assert.deepEqual(
    [foreignKubelets.includes(theirs), foreignKubelets.includes(ours)],
    [true, false],
  )
})
