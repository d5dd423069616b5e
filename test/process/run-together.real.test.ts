import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runTogether } from '../../lib/process/run-together.ts'

test('commands that are asked for at once run in one shell, and each gets its own answer', async () => {
  const parent = ['sh', '-c', 'echo $PPID']
  const [one, failed, spaced, other] = await Promise.all([
    runTogether(parent),
    runTogether(['sh', '-c', 'echo half; echo trouble >&2; exit 3']),
    runTogether(['printf', '%s', "it's $HOME; `x`"]),
    runTogether(parent),
  ])
  assert.equal(one.stdout, other.stdout)
  assert.deepEqual(failed, { code: 3, stdout: 'half\n', stderr: '' })
  assert.deepEqual(spaced, { code: 0, stdout: "it's $HOME; `x`", stderr: '' })
})

test('a program that is not there fails alone', async () => {
  const [missing, there] = await Promise.allSettled([
    runTogether(['hardway-absent', 'now']),
    runTogether(['echo', 'here']),
  ])
  assert.match(
    String(missing.status === 'rejected' && missing.reason),
    /hardway-absent now: no such/,
  )
  assert.equal(there.status === 'fulfilled' && there.value.stdout, 'here\n')
})

test('what is asked for later is run later', async () => {
  const { stdout: one } = await runTogether(['sh', '-c', 'echo $PPID'])
  const { stdout: other } = await runTogether(['sh', '-c', 'echo $PPID'])
  assert.notEqual(one, other)
})
