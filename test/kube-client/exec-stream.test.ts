import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { StepError } from '../../lib/core/errors.ts'
import { PROBER } from '../../lib/ports/prober-commands.ts'
import { accept, type StubSocket } from './socket-server.ts'
import { stubServer, type Stub } from './stub-server.ts'

const pod = { namespace: 'default', pod: 'dns-probe-w1' }
const command = [PROBER, 'steady', '50', '{"server":"10.32.0.10","name":"a.b"}']

let serve: (socket: StubSocket) => void
let stub: Stub
before(async () => {
  stub = await stubServer(
    () => undefined,
    (request, socket) => {
      serve(accept(request, socket))
    },
  )
})
after(() => stub.stop())

async function printed(signal: AbortSignal, onText: (text: string) => void = () => undefined) {
  const cluster = await stub.open({ readOnly: true })
  let all = ''
  for await (const bytes of cluster.stream(pod, command, signal)) {
    all += Buffer.from(bytes).toString()
    onText(all)
  }
  return all
}

test('what is printed comes as it is printed, and the input stays open until the abort', async () => {
  const stop = new AbortController()
  let input = ''
  serve = (socket) => {
    socket.send(1, 'one ')
    socket.onFrame = (channel, data) => {
      if (channel === 0) input += Buffer.from(data).toString()
      if (channel !== 255 || data[0] !== 0) return
      socket.send(1, 'two')
      socket.send(3, JSON.stringify({ status: 'Success' }))
    }
  }
  const all = await printed(stop.signal, (text) => {
    if (text === 'one ') stop.abort()
  })
  assert.equal(all, 'one two')
  // Should all that is behind the API server outlive this program, the command ends so many seconds later.
  assert.equal(input, '30\n')
  assert.match(stub.received.at(-1)?.url ?? '', /stdin=true&stdout=true/)
})

test('after the abort nobody waits for a command that does not end', async () => {
  const stop = new AbortController()
  serve = (socket) => {
    socket.send(1, 'one')
  }
  assert.equal(await printed(stop.signal, () => stop.abort()), 'one')
})

test('a connection that is lost, and a command that fails, are told', async () => {
  const { signal } = new AbortController()
  serve = (socket) => {
    socket.send(1, 'one')
    socket.close()
  }
  await assert.rejects(
    printed(signal),
    (error) => error instanceof StepError && /the connection to it was lost/.test(error.reason),
  )
  serve = (socket) => {
    socket.send(2, 'no such server')
    const causes = [{ reason: 'ExitCode', message: '2' }]
    socket.send(3, JSON.stringify({ status: 'Failure', details: { causes } }))
  }
  await assert.rejects(printed(signal), (error) => {
    assert.ok(error instanceof StepError)
    assert.match(error.reason, /it ended with code 2/)
    return error.explanation.seen?.[0] === 'no such server'
  })
})

test('after the abort nobody waits for a connection that is not answered', async () => {
  const stop = new AbortController()
  const silent = await stubServer(
    () => undefined,
    () => stop.abort(new Error('stopped')),
  )
  const cluster = await silent.open({ readOnly: true })
  const all = cluster.stream(pod, command, stop.signal)
  await assert.rejects(all[Symbol.asyncIterator]().next(), /stopped/)
  await silent.stop()
})

test('a command that may write is refused before anything is sent', async () => {
  const cluster = await stub.open({ readOnly: true })
  const all = cluster.stream(pod, ['rm', '/etc/passwd'], new AbortController().signal)
  await assert.rejects(all[Symbol.asyncIterator]().next(), /not on the list/)
})
