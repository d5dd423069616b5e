import assert from 'node:assert/strict'
import { test } from 'node:test'
import { StepError } from '../../lib/core/errors.ts'
import { fullDiskIn, machineTrouble } from '../../lib/core/machine-trouble.ts'
import { runOrThrow } from '../../lib/process/run-or-throw.ts'

const failed = (code: string, message: string): Error =>
  Object.assign(new Error(`${code}: ${message}`), { code, errno: -1, syscall: 'write' })

function told(error: unknown) {
  const trouble = machineTrouble('file /var/lib/hardway/lab/admin.kubeconfig', error)
  assert.ok(trouble instanceof StepError)
  return trouble.explanation
}

for (const code of ['ENOSPC', 'EDQUOT']) {
  test(`${code} is a full disk, which is named with the thing that did not fit`, () => {
    assert.deepEqual(told(failed(code, 'no room, write')), {
      problem: 'file /var/lib/hardway/lab/admin.kubeconfig cannot be written: the disk is full',
      seen: [`${code}: no room, write`],
      remedy:
        'df -h /var/lib/hardway/lab; free space there, then continue with npx tsx run.ts --resume',
    })
  })
}

test('another refusal of the machine is told as that', () => {
  const { problem, remedy } = told(failed('EROFS', 'read-only file system, open'))
  assert.equal(
    problem,
    'file /var/lib/hardway/lab/admin.kubeconfig cannot be written: EROFS: read-only file system, open',
  )
  assert.match(remedy, /^look at it \(ls -ld \/var\/lib\/hardway\/lab /)
})

test('what this program did wrong stays its own mistake, and what is explained is left alone', () => {
  for (const error of [
    failed('ENOENT', 'no such file or directory, open'),
    new TypeError('x is not a function'),
    new StepError({ problem: 'taken', remedy: 'another name' }),
    'text',
  ]) {
    assert.equal(machineTrouble('file /a', error), error)
  }
})

for (const [text, cause] of [
  [
    'ctr: failed to send write: write /data/ingest/80cb/data: no space left on device: unknown',
    'the disk of /data/ingest/80cb is full',
  ],
  ["cp: error writing '/data/a b': No space left on device", 'a disk is full'],
  ["cp: error writing '/data/ab': No space left on device", 'the disk of /data is full'],
  ['mkdir: Disk quota exceeded', 'a disk is full'],
] as const) {
  test(`"${text}" says that ${cause}`, () => {
    const found = fullDiskIn(text)
    assert.equal(found?.cause, cause)
    assert.match(found.remedy, /^df -h.*free space there/)
  })
}

test('a program that fails for want of room says so with its command', async () => {
  const failing = runOrThrow([
    'sh',
    '-c',
    'echo "write /data/x: no space left on device" >&2; exit 1',
  ])
  await assert.rejects(failing, (error: unknown) => {
    assert.ok(error instanceof StepError)
    assert.equal(error.explanation.cause, 'the disk of /data is full')
    return true
  })
  assert.equal(fullDiskIn('permission denied'), null)
})
