import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { askCommand, PROBER, PUT_PROBER } from '../../lib/ports/prober-commands.ts'
import { StepError } from '../../lib/core/errors.ts'
import { PUT_SCRIPT } from '../../lib/ports/put-script.ts'
import { accept } from './socket-server.ts'
import type { StubSocket } from './socket-server.ts'
import { QUICK, status, stubServer } from './stub-server.ts'
import type { Stub } from './stub-server.ts'

const pod = { namespace: 'default', pod: 'busybox', container: 'busybox' }
const success = JSON.stringify({ status: 'Success' })

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

function exit(code: number): string {
  return JSON.stringify({
    status: 'Failure',
    reason: 'NonZeroExitCode',
    details: { causes: [{ reason: 'ExitCode', message: String(code) }] },
  })
}

test('the result is waited for, not only the socket; output is binary', async () => {
  serve = (socket) => {
    socket.send(1, Uint8Array.of(0, 255))
    setTimeout(() => {
      socket.send(2, 'note')
      socket.send(1, Uint8Array.of(128))
      socket.send(3, success)
    }, 30)
  }
  const cluster = await stub.open({ readOnly: true })
  const { code, stdout, stderr } = await cluster.exec(pod, ['cat', '/etc/resolv.conf'])
  assert.deepEqual([code, [...stdout], stderr], [0, [0, 255, 128], 'note'])
  assert.equal(
    stub.received.at(-1)?.url,
    '/api/v1/namespaces/default/pods/busybox/exec?command=cat&command=%2Fetc%2Fresolv.conf&container=busybox&stdin=false&stdout=true&stderr=true&tty=false',
  )
  assert.equal(stub.received.at(-1)?.headers['user-agent'], 'hardway/test')
})

test('an exit code other than 0 is a result, not an error', async () => {
  serve = (socket) => {
    socket.send(3, exit(1))
  }
  const cluster = await stub.open()
  assert.equal((await cluster.exec(pod, ['nslookup', 'kubernetes'])).code, 1)
})

test('a stream that closes without a status gives no code', async () => {
  serve = (socket) => {
    socket.send(1, 'half')
    setTimeout(() => {
      socket.close()
    }, 20)
  }
  const cluster = await stub.open()
  const { code, stdout } = await cluster.exec(pod, ['true'])
  assert.deepEqual([code, Buffer.from(stdout).toString()], [null, 'half'])
})

test('stdin is sent whole and then closed', async () => {
  const sent: Buffer[] = []
  serve = (socket) => {
    socket.onFrame = (channel, data) => {
      if (channel === 0) sent.push(data)
      else if (channel === 255 && data[0] === 0) {
        socket.send(1, String(Buffer.concat(sent).length))
        socket.send(3, success)
      }
    }
  }
  const cluster = await stub.open()
  const stdin = new Uint8Array(100_000).map((_, i) => i & 255)
  const { stdout } = await cluster.exec(pod, ['nc', '10.32.0.10', '53'], { stdin })
  assert.equal(Buffer.from(stdout).toString(), '100000')
  assert.deepEqual(Buffer.concat(sent), Buffer.from(stdin))
})

test('the prober is put into a pod whole and by one command, which counts as a write', async () => {
  const sent: Buffer[] = []
  serve = (socket) => {
    socket.onFrame = (channel, data) => {
      if (channel === 0) sent.push(data)
      // As a server of before 1.30: that the input has ended it does not tell, and the size has to do.
      if (Buffer.concat(sent).length === 100_000) socket.send(3, success)
    }
  }
  const asked: string[] = []
  const onRequest = ({ kind }: { readonly kind: string }) => asked.push(kind)
  const cluster = await stub.open({ onRequest })
  const bytes = new Uint8Array(100_000).map((_, i) => i & 255)
  const program = { bytes, gzipped: true, sha256: 'f'.repeat(64) }
  assert.equal((await cluster.putProber(pod, program)).code, 0)
  assert.deepEqual(Buffer.concat(sent), Buffer.from(bytes))
  const query = new URL(stub.received.at(-1)?.url ?? '', stub.url).searchParams
  const [sh, c, script, ...rest] = query.getAll('command')
  assert.deepEqual([sh, c, script], ['sh', '-c', PUT_SCRIPT])
  assert.deepEqual(rest, ['put', PUT_PROBER, 'f'.repeat(64), '100000', 'gzip'])
  assert.deepEqual(asked, ['write'])
})

test('what only looks cannot put anything into a pod: the gate is before it', async () => {
  const before = stub.received.length
  const cluster = await stub.open({ readOnly: true })
  const program = { bytes: Uint8Array.of(1), gzipped: false, sha256: 'f'.repeat(64) }
  await assert.rejects(
    cluster.putProber(pod, program),
    /a read-only run tried to write: GET .*exec/,
  )
  assert.equal(stub.received.length, before)
})

test('a command that does not end is given up at the deadline, with what it printed', async () => {
  serve = (socket) => {
    socket.send(1, 'Server: 10.32.0.10\n')
  }
  const cluster = await stub.open()
  await assert.rejects(
    cluster.exec(pod, ['nslookup', 'kubernetes'], { timeoutMs: 100 }),
    (error: unknown) => {
      assert.ok(error instanceof StepError)
      assert.equal(
        error.explanation.problem,
        'no end within 0.1 s; wanted to run "nslookup kubernetes" in pod busybox in default',
      )
      assert.deepEqual(error.explanation.seen, ['Server: 10.32.0.10'])
      return true
    },
  )
})

test('a runtime that cannot start the command is reported in its own words', async () => {
  serve = (socket) => {
    socket.send(
      3,
      JSON.stringify({
        status: 'Failure',
        reason: 'InternalError',
        message: 'container not found ("busybox")',
      }),
    )
  }
  const cluster = await stub.open()
  await assert.rejects(cluster.exec(pod, ['true']), (error: unknown) => {
    assert.ok(error instanceof StepError)
    assert.deepEqual(error.explanation.seen, ['container not found ("busybox")'])
    return true
  })
})

test('odd frames do not end this process', async () => {
  serve = (socket) => {
    socket.raw(new Uint8Array())
    socket.raw(Uint8Array.of(255))
    socket.raw(Uint8Array.of(255, 1))
    socket.raw(Uint8Array.of(77, 1))
    socket.send(3, 'not JSON')
    setTimeout(() => {
      socket.close()
    }, 20)
  }
  const cluster = await stub.open()
  assert.equal((await cluster.exec(pod, ['true'])).code, null)
})

test('output without end is refused', async () => {
  serve = (socket) => {
    for (let i = 0; i < 20; i += 1) socket.send(1, 'x'.repeat(10_000))
  }
  const cluster = await stub.open()
  await assert.rejects(cluster.exec(pod, ['cat', '/dev/zero']), /printed more than 100000 bytes/)
})

test('a refusal with a status is explained from its body, which the same GET without an upgrade gives', async () => {
  const said = 'pods "busybox" is forbidden: cannot create resource "pods/exec"'
  const server = await stubServer(
    (_, answer) => {
      answer.json(403, status(403, 'Forbidden', said))
    },
    (_, socket) => {
      socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n')
    },
  )
  after(() => server.stop())
  const sent: string[] = []
  const cluster = await server.open({
    onRequest: ({ kind, method }) => sent.push(`${kind} ${method}`),
  })
  await assert.rejects(cluster.exec(pod, ['true']), (error: unknown) => {
    assert.ok(error instanceof StepError)
    assert.equal(
      error.explanation.problem,
      'user admin may not run "true" in pod busybox in default',
    )
    assert.match(error.explanation.seen?.[0] ?? '', /cannot create resource "pods\/exec"/)
    return true
  })
  assert.deepEqual(sent, ['read GET', 'read GET'])
  const [upgrade, plain] = server.received
  assert.equal(upgrade?.url, plain?.url)
})

test('a refusal that names no right, as of Kubernetes 1.35, is of the right to create the socket', async () => {
  const server = await stubServer(
    (_, answer) => {
      answer.json(403, status(403, 'Forbidden', 'pods "busybox" is forbidden: '))
    },
    (_, socket) => {
      socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n')
    },
  )
  after(() => server.stop())
  const cluster = await server.open()
  const questions = Array.from(
    { length: 9 },
    (_, i) => `{"server":"10.32.0.10","name":"${String(i)}"}`,
  )
  await assert.rejects(
    cluster.exec(pod, [...askCommand(PROBER, []), ...questions]),
    (error: unknown) => {
      assert.ok(error instanceof StepError)
      assert.equal(error.lacksRight, true)
      assert.equal(error.reason, 'user admin may not create pods/exec in the namespace "default"')
      assert.match(error.explanation.problem, /^user admin may not run "\S+ ask .{0,120} …" in pod/)
      return true
    },
  )
})

test('a handshake that was cut is tried again', async () => {
  let cuts = 0
  const server = await stubServer(
    (_, answer) => {
      answer.json(400, status(400, 'BadRequest', 'Upgrade request required'))
    },
    (request, socket) => {
      cuts += 1
      if (cuts === 1) socket.destroy()
      else accept(request, socket).send(3, success)
    },
  )
  after(() => server.stop())
  const cluster = await server.open()
  assert.equal((await cluster.exec(pod, ['true'])).code, 0)
  assert.equal(cuts, 2)
})

test('a handshake that is never answered is given up', async () => {
  const server = await stubServer(
    () => undefined,
    () => undefined,
  )
  const cluster = await server.open({ limits: QUICK })
  await assert.rejects(cluster.exec(pod, ['true'], { timeoutMs: 5_000 }), /does not answer in time/)
  await server.stop()
})

test('a port of a pod is asked over a port-forward, the port numbers left out', async () => {
  serve = (socket) => {
    socket.onFrame = (_, data) => {
      socket.send(0, Buffer.concat([Buffer.of(53, 0), Buffer.from('answer to ')]))
      socket.send(1, Buffer.of(53, 0))
      socket.send(0, data)
    }
  }
  const cluster = await stub.open({ readOnly: true })
  const until = (answer: Uint8Array): boolean => answer.length >= 13
  const answer = await cluster.exchange(pod, 53, Buffer.from('you'), { until, timeoutMs: 1_000 })
  assert.equal(Buffer.from(answer).toString(), 'answer to you')
  assert.equal(
    stub.received.at(-1)?.url,
    '/api/v1/namespaces/default/pods/busybox/portforward?ports=53',
  )
})

test('a port that nobody listens on, and one that is silent, are told apart', async () => {
  const cluster = await stub.open()
  const options = { until: () => false, timeoutMs: 500 }
  serve = (socket) => {
    socket.send(1, Buffer.concat([Buffer.of(53, 0), Buffer.from('connection refused')]))
  }
  await assert.rejects(cluster.exchange(pod, 53, new Uint8Array(), options), (error: unknown) => {
    assert.ok(error instanceof StepError)
    assert.deepEqual(error.explanation.seen, ['connection refused'])
    return true
  })
  serve = () => undefined
  await assert.rejects(cluster.exchange(pod, 53, new Uint8Array(), options), (error: unknown) => {
    assert.ok(error instanceof StepError)
    assert.deepEqual(error.explanation.seen, ['no whole answer within 0.5 s, 0 bytes so far'])
    return true
  })
})

test('at the deadline what was printed until then is enough where that was asked for', async () => {
  serve = (socket) => {
    socket.send(1, 'first piece')
  }
  const cluster = await stub.open({ readOnly: true })
  const { code, stdout } = await cluster.exec(pod, ['hostname'], { timeoutMs: 500, partial: true })
  assert.deepEqual([code, Buffer.from(stdout).toString('utf8')], [null, 'first piece'])
})

test('what prints at once and has printed nothing was not started, and what is slow to end was', async () => {
  serve = () => undefined
  const cluster = await stub.open()
  const options = { startMs: 30, timeoutMs: 5_000, partial: true }
  await assert.rejects(cluster.exec(pod, ['nslookup', 'kubernetes'], options), {
    name: 'StepError',
    reason: 'the kubelet of that node has not started it within 0.03 s',
  })
  serve = (socket) => {
    socket.send(1, 'Server')
    setTimeout(() => socket.send(3, success), 90)
  }
  const { code } = await cluster.exec(pod, ['nslookup', 'kubernetes'], options)
  assert.equal(code, 0)
})
