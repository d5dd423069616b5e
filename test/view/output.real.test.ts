import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import test from 'node:test'
import { openView } from '../../lib/view/open-view.ts'
import { openOutput } from '../../lib/view/output.ts'
import { fakeStream } from './fake-stream.ts'
import { failure, freshRun } from './runs.ts'

test('a reader that goes away ends the output quietly', async () => {
  const out = fakeStream()
  const err = fakeStream()
  const view = openView({ kind: 'plain', out, err, verbose: false, color: false })
  const [first, ...rest] = freshRun
  if (first !== undefined) view.sink(first)
  out.break('EPIPE')
  for (const event of rest) view.sink(event)
  await view.close()
  assert.equal(out.text(), 'hardway · chapter 14 CoreDNS · target lab: 3 controllers, 3 workers\n')
  assert.equal(err.text(), '')
})

test('a full disk is told, and does not disturb the run either', async () => {
  const out = fakeStream()
  const err = fakeStream()
  out.break('ENOSPC')
  const view = openView({ kind: 'json', out, err, verbose: false, color: false })
  for (const event of freshRun) view.sink(event)
  await new Promise(setImmediate)
  await view.close()
  assert.equal(
    err.text(),
    'hardway: output was lost, the run continued without it: ENOSPC: it broke\n',
  )
})

test('where both streams are gone the view still closes', async () => {
  const out = fakeStream()
  const err = fakeStream()
  out.break('EPIPE')
  err.break('EPIPE')
  const view = openView({ kind: 'plain', out, err, verbose: false, color: false })
  for (const event of failure) view.sink(event)
  await view.close()
})

test('a reader that is behind misses progress only, and is waited for in the end', async () => {
  const out = fakeStream()
  const view = openView({ kind: 'plain', out, err: fakeStream(), verbose: false, color: false })
  out.stall()
  for (const event of freshRun) view.sink(event)
  let closed = false
  const closing = view.close().then(() => {
    closed = true
  })
  await new Promise(setImmediate)
  assert.equal(closed, false)
  out.catchUp()
  await closing
  assert.equal(out.text().includes('k8scontroller0 has no leader yet'), false)
  assert.equal(out.text().includes('[lab/start-etcd] done: three members, all healthy\n'), true)
  assert.equal(out.text().endsWith('export KUBECONFIG=/var/lib/hardway/lab/kubeconfig\n'), true)
})

test('a stream has one output, and an unused one is flushed at once', async () => {
  const stream = fakeStream()
  const output = openOutput(stream)
  assert.equal(openOutput(stream), output)
  await output.flush()
})

test('a real process whose reader has gone runs to its end, and its exit code is its own', async () => {
  const program = `
    import { openView } from ${JSON.stringify(import.meta.resolve('../../lib/view/open-view.ts'))}
    import { freshRun } from ${JSON.stringify(import.meta.resolve('./runs.ts'))}
    const view = openView({ kind: 'json', out: process.stdout, err: process.stderr, verbose: false, color: false })
    for (const event of freshRun) {
      view.sink(event)
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
    await view.close()
    process.stderr.write('reached the end\\n')
    process.exitCode = 7
  `
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', program])
  let told = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (told += text))
  child.stdout.once('data', () => child.stdout.destroy())
  const [code] = (await once(child, 'close')) as [number]
  assert.equal(told, 'reached the end\n')
  assert.equal(code, 7)
})
