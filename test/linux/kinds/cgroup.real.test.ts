import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { hierarchies } from '../../../lib/linux/kinds/cgroup.ts'
import type { Cgroup } from '../../../lib/ports/resources.ts'
import { freshName, look, makesAndRemoves, now, put, restore, skip } from './support.ts'

function given(t: TestContext, delegate = true): Cgroup {
  const cgroup: Cgroup = { kind: 'cgroup', path: freshName(), delegate }
  t.after(() => restore(cgroup, null))
  return cgroup
}

/** A process inside a cgroup, in every hierarchy. */
async function processIn(t: TestContext, path: string): Promise<ChildProcess> {
  const child = spawn('sleep', ['600'])
  t.after(() => child.kill('SIGKILL'))
  await once(child, 'spawn')
  const { roots } = await hierarchies()
  for (const root of roots) await writeFile(join(root, path, 'cgroup.procs'), String(child.pid))
  return child
}

test('a cgroup is made in every hierarchy, found, and removed', { skip }, async (t) => {
  const cgroup = given(t)
  await makesAndRemoves(cgroup, `cgroup ${cgroup.path}`)
})

test('one that lacks in a hierarchy is absent', { skip }, async (t) => {
  const cgroup = given(t)
  await put(cgroup)
  assert.equal(await now({ ...cgroup, path: `${cgroup.path}/below` }), null)
})

test('a process can live in it, and ends with it, whatever it is below', { skip }, async (t) => {
  // With controllers for those below, v2 lets no process into the cgroup itself.
  const cgroup = given(t, false)
  const below: Cgroup = { ...cgroup, path: `${cgroup.path}/pods/pod-1` }
  await put(cgroup, below)
  const child = await processIn(t, below.path)
  const ended = once(child, 'exit')
  await restore(cgroup, null)
  assert.deepEqual(await ended, [null, 'SIGKILL'])
  assert.deepEqual([await now(cgroup), await now(below)], [null, null])
})

test('a process beside it goes on', { skip }, async (t) => {
  const [one, other] = [given(t, false), given(t, false)]
  await put(one, other)
  const child = await processIn(t, other.path)
  await restore(one, null)
  assert.deepEqual([child.exitCode, child.signalCode], [null, null])
  assert.equal((await look(other)).change, null)
})

test('one that was there before stays, with what lives in it', { skip }, async (t) => {
  const cgroup = given(t, false)
  await put(cgroup)
  const child = await processIn(t, cgroup.path)
  assert.deepEqual(await restore(cgroup, { missing: [] }), [`cgroup ${cgroup.path} as it was`])
  assert.equal(child.exitCode, null)
  assert.deepEqual(await now(cgroup), { missing: [] })
})

test('the root cgroup is called by what is done to it, and never removed', { skip }, async () => {
  const root: Cgroup = { kind: 'cgroup', path: '', delegate: true }
  const before = await now(root)
  assert.deepEqual(await restore(root, null), ['controllers of the root cgroup removed'])
  assert.deepEqual(await now(root), before)
})
