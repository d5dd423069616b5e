import assert from 'node:assert/strict'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { StepError } from '../../lib/core/errors.ts'
import { allKinds, type Kinds } from '../../lib/linux/kinds.ts'
import type { Kind } from '../../lib/linux/kinds/kind.ts'
import { linuxHost } from '../../lib/linux/linux.ts'
import type { File, Folder, Process, Resource } from '../../lib/ports/resources.ts'
import type { Json } from '../../lib/core/json.ts'
import { signal, tempDir } from '../supply/programs/support.ts'

const real = allKinds({ cacheDir: '/nowhere', projectDir: '/nowhere', env: {} }, signal)

/** Kinds that only write down what is asked of them. `slow` resolves when it is told to. */
function noted(log: string[], fail: (line: string) => Promise<void> = () => Promise.resolve()) {
  const note = (together: boolean, last: boolean): Kind<Resource> => {
    const name = (resource: Resource): string =>
      `${resource.kind} ${'path' in resource ? resource.path : 'name' in resource ? resource.name : ''}`
    const does = async (line: string): Promise<void> => {
      log.push(`begin ${line}`)
      await fail(line)
      log.push(`end ${line}`)
    }
    return {
      name,
      wanted: () => ({}),
      look: (resources) => {
        log.push(`look ${resources.map(name).join(', ')}`)
        return Promise.resolve(resources.map(() => null))
      },
      put: (resource) => does(`put ${name(resource)}`),
      restore: (resource, before) => does(`restore ${name(resource)} ${JSON.stringify(before)}`),
      ...(together ? { together } : {}),
      ...(last ? { restoredLast: last } : {}),
    }
  }
  const kinds: unknown = {
    ...real,
    folder: note(false, false),
    file: note(true, false),
    process: note(true, true),
  }
  return kinds as Kinds
}

const folder = (path: string): Folder => ({ kind: 'folder', path, mode: 0o755 })
const file = (path: string): File => ({ kind: 'file', path, mode: 0o644, text: '' })
const daemon = (name: string): Process => ({
  ...{ kind: 'process', lab: 'lab', host: 'a', name, argv: [], env: {}, log: '', netns: 'a' },
  ...{ mountNamespace: null, cgroup: '', reads: [] },
})

function hostOf(kinds: Kinds, more: { readOnly?: boolean; onWrite?: () => void } = {}) {
  return linuxHost({ kinds, readOnly: false, onWrite: () => undefined, ...more })
}

const quiet = (): void => undefined

test('resources of a kind are looked at together, and the answers come back in order', async () => {
  const log: string[] = []
  const seen = await hostOf(noted(log)).look([folder('/a'), file('/b'), folder('/c')])
  assert.deepEqual(log, ['look folder /a, folder /c', 'look file /b'])
  assert.deepEqual(
    seen.map(({ change }) => change?.what),
    ['folder /a', 'file /b', 'folder /c'],
  )
})

test('things are put one after the other, but for neighbours that do not need each other', async () => {
  const log: string[] = []
  await hostOf(noted(log)).put([folder('/a'), file('/b'), file('/c'), folder('/d')], quiet)
  assert.deepEqual(log, [
    ...['begin put folder /a', 'end put folder /a'],
    ...['begin put file /b', 'begin put file /c', 'end put file /b', 'end put file /c'],
    ...['begin put folder /d', 'end put folder /d'],
  ])
})

test('things are given back last first, and what reads the others after all of them', async () => {
  const log: string[] = []
  const befores: readonly (readonly [Resource, Json])[] = [
    [daemon('runs-again'), { argv: [] }],
    [folder('/a'), null],
    [file('/b'), null],
    [daemon('was-not-there'), null],
  ]
  const lines = await hostOf(noted(log)).restore(
    befores.map(([resource, now]) => ({ resource, now })),
  )
  assert.deepEqual(
    log.filter((line) => line.startsWith('begin')),
    [
      'begin restore process was-not-there null',
      'begin restore file /b null',
      'begin restore folder /a null',
      'begin restore process runs-again {"argv":[]}',
    ],
  )
  assert.deepEqual(lines, [
    'process was-not-there removed',
    'file /b removed',
    'folder /a removed',
    'process runs-again as it was',
  ])
})

test('when one of several fails, nothing of them goes on behind the failure', async () => {
  const log: string[] = []
  let finish = quiet
  const slow = new Promise<void>((resolve) => (finish = resolve))
  const fail = async (line: string): Promise<void> => {
    if (line.endsWith('/bad')) throw new StepError({ problem: 'bad', remedy: 'none' })
    await slow
  }
  const put = hostOf(noted(log, fail)).put([file('/bad'), file('/slow'), folder('/after')], quiet)
  let ended = false
  const failed = assert.rejects(put, { message: 'bad' }).then(() => (ended = true))
  await new Promise((resolve) => setImmediate(resolve))
  assert.equal(ended, false)
  finish()
  await failed
  assert.deepEqual(log.at(-1), 'end put file /slow')
  assert.ok(!log.includes('begin put folder /after'))
})

test('what the machine refuses is told of the thing concerned, in writing and in giving back', async () => {
  const full = Object.assign(new Error('ENOSPC: no space left on device, write'), {
    code: 'ENOSPC',
  })
  const host = hostOf(noted([], () => Promise.reject(full)))
  const told = /^file \/a\/b cannot be written: the disk is full$/
  await assert.rejects(host.put([file('/a/b')], quiet), { message: told })
  await assert.rejects(host.restore([{ resource: file('/a/b'), now: null }]), { message: told })
})

test('where giving back fails, what was given back until then is known', async () => {
  const fail = (line: string): Promise<void> =>
    line.includes('/bad') ? Promise.reject(new Error('busy')) : Promise.resolve()
  const all = [folder('/never'), file('/bad'), file('/good'), folder('/last')]
  let told: readonly string[] = []
  const restore = hostOf(noted([], fail)).restore(
    all.map((resource) => ({ resource, now: null })),
    (lines) => (told = lines),
  )
  await assert.rejects(restore)
  assert.deepEqual(told, ['folder /last removed', 'file /good removed'])
})

test('every write is counted', async () => {
  let writes = 0
  const host = hostOf(noted([]), { onWrite: () => (writes += 1) })
  await host.look([folder('/a')])
  assert.equal(writes, 0)
  await host.put([folder('/a'), file('/b'), file('/c')], quiet)
  await host.restore([{ resource: file('/b'), now: null }])
  assert.equal(writes, 4)
})

async function realFile(t: TestContext): Promise<File> {
  return { kind: 'file', path: join(await tempDir(t), 'file'), mode: 0o600, text: 'text' }
}

test('a machine that may only be looked at refuses every write before it happens', async (t) => {
  let writes = 0
  const host = hostOf(real, { readOnly: true, onWrite: () => (writes += 1) })
  const wanted = await realFile(t)
  const refusal = { name: 'Error', message: `refused to write file ${wanted.path}` }
  await assert.rejects(host.put([wanted], quiet), refusal)
  await assert.rejects(
    host.restore([{ resource: wanted, now: { text: 'a', mode: 0o600 } }]),
    refusal,
  )
  assert.equal((await host.look([wanted]))[0]?.now, null)
  assert.equal(writes, 0)
})

test('a file is read to the byte, and one that is not there is null', async (t) => {
  const host = hostOf(real)
  const wanted = await realFile(t)
  assert.equal(await host.readFile(wanted.path), null)
  await host.put([wanted], quiet)
  assert.equal(Buffer.from((await host.readFile(wanted.path)) ?? []).toString(), 'text')
})
