import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { InputError } from '../../lib/core/errors.ts'
import { diskHost, diskRun } from '../fakes/disk-run.ts'

const PROGRAM = new URL('../fakes/disk-run.ts', import.meta.url).pathname

function folder(t: TestContext): string {
  const made = mkdtempSync(join(tmpdir(), 'hardway-kill-'))
  t.after(() => {
    rmSync(made, { recursive: true })
  })
  diskHost(made)
  return made
}

/** A real process that kills itself at that point, or says how many it passed. */
function runKilledAt(where: string, point: number) {
  return spawnSync(process.execPath, [PROGRAM, where, String(point)], { encoding: 'utf8' })
}

test('a process killed with SIGKILL leaves a journal and a lock that the next one goes on with', async (t) => {
  const points = Number(runKilledAt(folder(t), 0).stdout)
  assert.ok(points > 20, `only ${String(points)} points`)
  // Every point is gone through in memory (crash.test.ts); here it is the real files that count.
  for (let point = 1; point <= points; point += 3) {
    const where = folder(t)
    assert.equal(runKilledAt(where, point).signal, 'SIGKILL')
    const resumed = await diskRun(where, { mode: 'run', resume: true }).catch((error: unknown) => {
      assert.ok(
        error instanceof InputError &&
          error.message.startsWith('there is no unfinished run to resume'),
      )
      return diskRun(where, { mode: 'run' })
    })
    assert.equal(resumed.code, 0, `killed at ${String(point)}`)
    assert.deepEqual(readdirSync(join(where, 'things')), ['a', 'b-1', 'b-2'])
    // A dead one's lock stays where the next run had nothing to write.
    const state = readdirSync(join(where, 'state')).filter((name) => name !== 'lock')
    assert.deepEqual(state, ['journal'])
    const back = await diskRun(where, { mode: 'rollback', list: 'chapter' })
    assert.equal(back.code, 0)
    assert.deepEqual(readdirSync(join(where, 'things')), [])
  }
})
