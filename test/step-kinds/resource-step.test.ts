import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Observation } from '../../lib/core/observation.ts'
import type { Resource } from '../../lib/ports/resources.ts'
import { type ResourceStep, resourceStep } from '../../lib/step-kinds/resource-step.ts'
import { acting } from '../fakes/acting.ts'

const FOLDER: Resource = { kind: 'folder', path: '/x', mode: 0o755 }
const FILE: Resource = { kind: 'file', path: '/x/a', mode: 0o644, text: 'a\n' }
const ALL = [FOLDER, FILE]

function certificate(name: string, authority: string | null): Resource {
  return {
    kind: 'certificate',
    path: `/pki/${name}`,
    commonName: name,
    organization: '',
    names: [],
    authority,
  }
}

function stepOf(resources: readonly Resource[], more: Partial<ResourceStep> = {}) {
  return resourceStep({
    id: 'make-things',
    title: 'Make things',
    chapter: { section: '3', command: 'mkdir /x' },
    touches: [],
    because: '2 things are there',
    resources,
    ...more,
  })
}

/** Health with these looks, one after the other; the last stays. */
function healthy(...sights: readonly Observation[]) {
  let looks = 0
  const look = (): Promise<Observation> => {
    const sight = sights[Math.min(looks, sights.length - 1)]
    looks += 1
    return Promise.resolve(sight ?? { missing: [] })
  }
  return { health: { what: 'healthy things', deadlineMs: 1000, intervalMs: 100, look } }
}

test('what is not there is planned in its order, and what was found is the undo', async () => {
  const on = acting()
  const check = await stepOf(ALL).check(on)
  assert.equal(check.status, 'drifted')
  assert.deepEqual(
    check.changes.map(({ action, what }) => [action, what]),
    [
      ['create', 'folder /x'],
      ['create', 'file /x/a'],
    ],
  )
  assert.deepEqual(check.undo, [
    { resource: FOLDER, now: null },
    { resource: FILE, now: null },
  ])
  assert.deepEqual(on.host.writes, [])
})

test('only what differs is planned, made and given back', async () => {
  const on = acting()
  const theirs = { mode: 0o600, text: 'theirs\n' }
  await on.host.put([FOLDER], () => undefined)
  on.host.set(FILE, theirs)
  const before = on.host.snapshot()
  const step = stepOf(ALL)
  const check = await step.check(on)
  assert.ok(check.status === 'drifted')
  assert.deepEqual(check.undo, [{ resource: FILE, now: theirs }])
  await step.apply(on, check.changes)
  assert.deepEqual(on.host.writes, ['put folder /x', 'put file /x/a'])
  assert.deepEqual(on.said, ['making file /x/a'])
  for (const time of ['once', 'again']) {
    await step.rollback(on, check.undo, [])
    assert.deepEqual(on.host.snapshot(), before, time)
  }
})

test('when all is there, there is nothing to do, and that is the proof', async () => {
  const on = acting()
  const step = stepOf(ALL)
  await step.apply(on, [])
  assert.deepEqual(await step.check(on), { status: 'satisfied', because: '2 things are there' })
  assert.equal(await step.verify(on), '2 things are there')
  const before = on.host.writes.length
  await step.apply(on, [])
  assert.equal(on.host.writes.length, before)
})

test('what an authority had signed is issued again with it, down to the last of the line', async () => {
  const [ca, middle, leaf, other] = [
    certificate('ca', null),
    certificate('middle', '/pki/ca'),
    certificate('leaf', '/pki/middle'),
    certificate('other', null),
  ]
  const step = stepOf([ca, middle, leaf, other])
  const on = acting()
  await on.host.put([middle, leaf, other], () => undefined)
  const check = await step.check(on)
  assert.ok(check.status === 'drifted')
  assert.deepEqual(check.changes.map(({ action, what, note }) => [action, what, note]).slice(1), [
    ['change', 'certificate /pki/middle.pem', 'issued again, as its authority is'],
    ['change', 'certificate /pki/leaf.pem', 'issued again, as its authority is'],
  ])
  await on.host.put([ca], () => undefined)
  assert.equal((await step.check(on)).status, 'satisfied')
})

test('what is there but does not answer is waited for', async () => {
  const on = acting()
  await on.host.put(ALL, () => undefined)
  const step = stepOf(ALL, healthy({ missing: ['a is silent', 'b is silent'] }))
  assert.deepEqual(await step.check(on), {
    status: 'drifted',
    changes: [{ action: 'wait', what: 'healthy things', note: 'a is silent; b is silent' }],
    undo: [],
  })
  await assert.rejects(step.verify(on), {
    name: 'StepError',
    explanation: {
      problem: 'timed out after 1 s waiting for healthy things',
      seen: ['a is silent', 'b is silent'],
      remedy:
        'look at what was seen last; if it only needs more time, continue with npx tsx run.ts --resume',
    },
  })
})

test('nobody is asked before all is there', async () => {
  const on = acting()
  const health = {
    ...healthy().health,
    look: () => Promise.reject(new Error('it asked')),
  }
  assert.equal((await stepOf(ALL, { health }).check(on)).status, 'drifted')
})

test('what answers in the end is the proof', async () => {
  const on = acting()
  await on.host.put(ALL, () => undefined)
  const step = stepOf(ALL, healthy({ missing: ['a is silent'] }, { proven: 'both answer' }))
  assert.equal(await step.verify(on), 'both answer')
  assert.deepEqual(on.said, ['a is silent'])
  assert.deepEqual(await step.check(on), { status: 'satisfied', because: '2 things are there' })
})

test('what ended while it was asked is made again, not waited for', async () => {
  const on = acting()
  await on.host.put(ALL, () => undefined)
  const look = (): Promise<Observation> => {
    on.host.set(FILE, null)
    return Promise.resolve({ missing: ['gone'], never: { problem: 'gone', remedy: 'none' } })
  }
  const check = await stepOf(ALL, { health: { ...healthy().health, look } }).check(on)
  assert.ok(check.status === 'drifted')
  assert.deepEqual(
    check.changes.map(({ action, what }) => [action, what]),
    [['create', 'file /x/a']],
  )
})

test('a look that no waiting helps ends the wait at once, with its own explanation', async () => {
  const explanation = { problem: 'etcd on a is not running', remedy: 'mend it' }
  const step = stepOf(ALL, healthy({ missing: ['a: refused'], never: explanation }))
  await assert.rejects(step.verify(acting()), { name: 'StepError', explanation })
})

test('a proof of its own goes before', async () => {
  const step = stepOf(ALL, { prove: () => Promise.resolve('proven otherwise') })
  assert.equal(await step.verify(acting()), 'proven otherwise')
})

test('explain has general words of the undo, or those of the step', () => {
  const undo = 'what was made is removed, what was changed is put back as it was'
  assert.deepEqual(stepOf(ALL).about, { satisfied: '2 things are there', undo })
  assert.equal(stepOf(ALL, { undo: 'nothing' }).about.undo, 'nothing')
})

test('what does not stay as it was made is not proven', async () => {
  const on = acting()
  const step = stepOf(ALL)
  await step.apply(on, [])
  on.host.set(FILE, { mode: 0o644, text: 'theirs\n' })
  on.host.set({ kind: 'folder', path: '/x', mode: 0o755 }, { mode: 0o700 })
  await assert.rejects(step.verify(on), {
    name: 'StepError',
    explanation: {
      problem: 'folder /x, file /x/a: not as it was just made',
      seen: ['folder /x .mode', 'file /x/a .text'],
      cause: 'another program on this machine changes the same, or the kernel does not keep it',
      remedy: 'stop that program, then continue with npx tsx run.ts --resume',
    },
  })
})
