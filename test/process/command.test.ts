import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { run } from '../../lib/process/command.ts'

test('hostile arguments reach the program exactly as they are', async () => {
  const hostile = [
    `'"`,
    '$HOME',
    '$(touch /tmp/no)',
    '`id`',
    '; rm -rf x',
    '&& true',
    '| cat',
    '> /tmp/no',
    '*',
    '~',
    '\\',
    '\\n',
    'a b',
    ' ',
    '',
    '\n',
    '\t',
    '-n',
    '--',
    '!',
    '#',
    '%s',
    '{a,b}',
    'ä€🙂',
    '\u001b[31m',
  ]
  const print = 'process.stdout.write(JSON.stringify(process.argv.slice(1)))'
  const ran = await run([process.execPath, '-e', print, '--', ...hostile])
  assert.deepEqual(JSON.parse(ran.stdout), hostile)
})

test('a program is never looked for in a shell', async () => {
  await assert.rejects(run(['true; echo hi']), /true; echo hi: no such program/)
  await assert.rejects(run(['$HOME']), /no such program/)
  await assert.rejects(run([]), /no program to run/)
  await assert.rejects(run(['']), /no program to run/)
  await assert.rejects(run(['echo', 'a\0b']))
})

test('code, stdout and stderr come back, and another code than 0 is a result', async () => {
  const ran = await run(['sh', '-c', 'echo out; echo err >&2; exit 3'])
  assert.deepEqual(ran, { code: 3, stdout: 'out\n', stderr: 'err\n' })
  assert.equal((await run(['sh', '-c', 'kill -9 $$'])).code, 137)
})

test('lines come one by one, the last one without its line end too', async () => {
  const lines: string[] = []
  await run(['printf', 'a\r\nb\nc'], { onLine: (line, stream) => lines.push(`${stream} ${line}`) })
  assert.deepEqual(lines, ['stdout a', 'stdout b', 'stdout c'])
})

test('standard input is what was given, and empty otherwise', async () => {
  assert.equal((await run(['cat'], { input: 'hello' })).stdout, 'hello')
  assert.equal((await run(['cat'])).stdout, '')
})

test('the environment is what was given, with messages in English', async () => {
  const { stdout } = await run(['/usr/bin/env'], { env: { A: 'b', LC_ALL: 'de_DE.UTF-8' } })
  assert.deepEqual(stdout.trim().split('\n').toSorted(), ['A=b', 'LC_ALL=C'])
})

test('an abort ends the program and what it started, and rejects with the reason', async () => {
  const abort = new AbortController()
  let child = 0
  const running = run(['sh', '-c', 'sleep 60 & echo $!; wait'], {
    signal: abort.signal,
    onLine: (line) => {
      child = Number(line)
      abort.abort(new Error('enough'))
    },
  })
  await assert.rejects(running, /enough/)
  assert.notEqual(child, 0)
  // The group got the signal before the shell's end was seen; a zombie may still bear the number.
  const status = await readFile(`/proc/${child}/status`, 'utf8').catch(() => 'gone')
  assert.match(status, /^gone$|^State:\tZ/m)
})

test('nothing is started once the signal has aborted', async () => {
  await assert.rejects(
    run(['true'], { signal: AbortSignal.abort(new Error('too late')) }),
    /too late/,
  )
})

test('a program that takes too long is ended and named', async () => {
  await assert.rejects(run(['sleep', '60'], { timeoutMs: 50 }), /sleep did not end within 50 ms/)
})
