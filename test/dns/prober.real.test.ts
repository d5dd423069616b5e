import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { PROJECT_FOLDER } from '../../lib/cli/project.ts'
import { findToolchain } from '../../lib/supply/programs/toolchain.ts'

const run = promisify(execFile)
const folder = mkdtempSync(join(tmpdir(), 'hardway-prober-'))
const prober = join(folder, 'prober')
const toolchain = await findToolchain({ env: process.env })
const skip = toolchain === null ? 'there is no Go to build the prober with' : false

before(async () => {
  if (toolchain === null) return
  const env = { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-buildvcs=false' }
  const cwd = join(PROJECT_FOLDER, 'go/prober')
  await run(toolchain.go, ['build', '-o', prober, '.'], { cwd, env })
})
after(() => {
  rmSync(folder, { recursive: true, force: true })
})

/** The messages that a question leads to, `n` counted from 0, by the port it came from; undefined: to none. */
type Script = (query: Buffer, n: number, from: number) => readonly Buffer[] | undefined
type Result = {
  readonly sent: number
  readonly lost: number
  readonly p50: number
  readonly p99: number
  readonly max: number
  readonly answers: readonly { readonly what: string; readonly count: number }[]
  readonly errors?: readonly { readonly what: string }[]
  readonly strangers?: readonly { readonly what: string; readonly count: number }[]
  readonly ignored?: number
}

/** An answer: the query with the bit QR, and other bits of the same two bytes. */
function answerTo(query: Buffer, flags = 0): Buffer {
  const answer = Buffer.from(query)
  answer.writeUInt16BE(0x8000 | flags | answer.readUInt16BE(2), 2)
  return answer
}

async function ask(
  port: number,
  protocol: 'udp' | 'tcp',
  more: object = {},
): Promise<{ readonly result: Result; readonly each: readonly { readonly tc: boolean }[] }> {
  const name = 'kubernetes.default.svc.cluster.local'
  const request = { server: '127.0.0.1', port, protocol, name, count: 100, timeoutMs: 400, ...more }
  const { stdout } = await run(prober, ['ask', JSON.stringify(request)])
  const lines = stdout.trim().split('\n').slice(1)
  const parsed = lines.map((line) => JSON.parse(line) as Result & { readonly tc: boolean })
  return { result: parsed.at(-1) ?? assert.fail(stdout), each: parsed.slice(0, -1) }
}

/** What the prober tells of a server that does as the script says. */
async function asked(protocol: 'udp' | 'tcp', script: Script, more: object = {}) {
  let n = 0
  if (protocol === 'udp') {
    const socket = createSocket('udp4')
    socket.on('message', (query, { port, address }) => {
      for (const answer of script(query, n++, port) ?? []) socket.send(answer, port, address)
    })
    await new Promise<void>((bound) => socket.bind(0, '127.0.0.1', bound))
    const told = await ask(socket.address().port, protocol, more)
    socket.close()
    return told
  }
  const open = new Set<Socket>()
  const server = createServer((socket) => {
    open.add(socket)
    socket.on('error', () => open.delete(socket))
    socket.on('data', (framed) => {
      const query = Buffer.from(framed).subarray(2)
      for (const answer of script(query, n++, socket.remotePort ?? 0) ?? []) {
        const length = Buffer.alloc(2)
        length.writeUInt16BE(answer.length)
        socket.write(Buffer.concat([length, answer]))
      }
    })
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const address = server.address()
  assert.ok(address !== null && typeof address === 'object')
  const told = await ask(address.port, protocol, more)
  for (const socket of open) socket.destroy()
  server.close()
  return told
}

/** The kernel's clock of the day, which says when an answer came, may be slewed against that which only runs on: 500 ppm. */
const CLOCKS_US = 20

/** One question after the other; `hold` answers when it calls what it is given. */
async function askedInTurn(
  protocol: 'udp' | 'tcp',
  count: number,
  hold: (answer: () => void) => void,
): Promise<readonly Result[]> {
  const first = async (port: number) => {
    const base = { server: '127.0.0.1', port, protocol, name: 'a.b' }
    const requests = Array.from({ length: count }, (_, i) =>
      JSON.stringify({ ...base, ...(i === 0 ? {} : { after: i - 1 }) }),
    )
    const { stdout } = await run(prober, ['ask', ...requests])
    const lines = stdout.trim().split('\n').slice(1)
    const results = lines.map((line) => JSON.parse(line) as Result & { readonly id: number })
    return results.toSorted((a, b) => a.id - b.id)
  }
  if (protocol === 'udp') {
    const socket = createSocket('udp4')
    socket.on('message', (query, { port, address }) => {
      hold(() => socket.send(answerTo(query), port, address))
    })
    await new Promise<void>((bound) => socket.bind(0, '127.0.0.1', bound))
    const all = await first(socket.address().port)
    socket.close()
    return all
  }
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.on('data', (framed: Buffer) => {
      hold(() => socket.write(Buffer.concat([framed.subarray(0, 2), answerTo(framed.subarray(2))])))
    })
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const address = server.address()
  assert.ok(address !== null && typeof address === 'object')
  const all = await first(address.port)
  server.close()
  return all
}

for (const protocol of ['udp', 'tcp'] as const) {
  test(
    `by ${protocol} one process after the other takes the ports in turn, so that none comes again soon`,
    { skip },
    async () => {
      const ports: number[] = []
      const script: Script = (query, _, from) => {
        ports.push(from)
        return [answerTo(query)]
      }
      for (let process = 0; process < 12; process += 1) await asked(protocol, script, { count: 1 })
      const first = ports[0] ?? 0
      // Behind the last of them comes the first.
      const ahead = ports.map((port) => (port - first + 28_232) % 28_232)
      assert.deepEqual(
        ahead,
        [...new Set(ahead)].toSorted((a, b) => a - b),
      )
      assert.ok(Math.max(...ahead) < 7_000, ports.join(' '))
    },
  )

  test(
    `by ${protocol} each question is answered once, and equal answers are one`,
    { skip },
    async () => {
      const { result } = await asked(protocol, (query) => [answerTo(query)])
      assert.deepEqual([result.sent, result.lost, result.answers.length], [100, 0, 1])
      assert.ok(result.p50 > 0 && result.p50 <= result.p99 && result.p99 <= result.max)
    },
  )

  test(
    `by ${protocol} every seventh that is not answered is lost, and no other`,
    { skip },
    async () => {
      const { result } = await asked(protocol, (query, n) => (n % 7 === 0 ? [] : [answerTo(query)]))
      assert.deepEqual([result.sent, result.lost], [100, 15])
    },
  )

  test(`by ${protocol} an answer with another id is none`, { skip }, async () => {
    const wrong = (query: Buffer): Buffer => {
      const answer = answerTo(query)
      answer.writeUInt16BE(answer.readUInt16BE(0) ^ 1, 0)
      return answer
    }
    const right = await asked(protocol, (query) => [wrong(query), answerTo(query)])
    assert.deepEqual([right.result.lost, right.result.ignored], [0, 100])
    const { result } = await asked(protocol, (query) => [wrong(query)])
    assert.deepEqual([result.lost, result.answers], [100, []])
  })

  test(`by ${protocol} an answer that comes twice counts once`, { skip }, async () => {
    const { result } = await asked(protocol, (query) => [answerTo(query), answerTo(query)])
    assert.deepEqual([result.sent, result.lost, result.answers[0]?.count], [100, 0, 100])
  })

  test(`by ${protocol} a truncated answer is one, and says so`, { skip }, async () => {
    const { result, each } = await asked(protocol, (query) => [answerTo(query, 0x0200)], {
      each: true,
    })
    assert.equal(result.lost, 0)
    assert.ok(each.length === 100 && each.every(({ tc }) => tc))
  })

  test(
    `by ${protocol} nobody at the port is a refusal, told in the system's words`,
    { skip },
    async () => {
      const { result } = await ask(9, protocol)
      assert.deepEqual([result.lost, result.errors?.[0]?.what], [100, 'connection refused'])
    },
  )
}

test(
  'an answer from another address is not taken, and it is said whose it was',
  { skip },
  async () => {
    const other = createSocket('udp4')
    const server = createSocket('udp4')
    await new Promise<void>((bound) => other.bind(0, '127.0.0.2', bound))
    await new Promise<void>((bound) => server.bind(0, '127.0.0.1', bound))
    server.on('message', (query, { port, address }) => other.send(answerTo(query), port, address))
    const { result } = await ask(server.address().port, 'udp', { count: 20 })
    assert.deepEqual([result.lost, result.strangers], [20, [{ what: '127.0.0.2', count: 20 }]])
    other.close()
    server.close()
  },
)

test(
  'at a steady rate each second is told, and what is open when it is stopped is not called lost',
  { skip },
  async () => {
    const socket = createSocket('udp4')
    let n = 0
    socket.on('message', (query, { port, address }) => {
      if (n++ < 20) socket.send(answerTo(query), port, address)
    })
    await new Promise<void>((bound) => socket.bind(0, '127.0.0.1', bound))
    const request = {
      server: '127.0.0.1',
      port: socket.address().port,
      name: 'a.b',
      timeoutMs: 60_000,
    }
    const child = spawn(prober, ['steady', '200', JSON.stringify(request)])
    const printed: Buffer[] = []
    child.stdout.on('data', (bytes: Buffer) => printed.push(bytes))
    // It is asked on while nobody answers any more.
    const silent = new Promise<void>((resolve) => {
      socket.on('message', () => {
        if (n > 40) resolve()
      })
    })
    await silent
    child.stdin.end()
    assert.equal(await new Promise((ended) => child.on('close', ended)), 0)
    const seconds = Buffer.concat(printed)
      .toString()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Result & { readonly open?: number })
    const sum = (of: (second: (typeof seconds)[number]) => number): number =>
      seconds.reduce((total, second) => total + of(second), 0)
    assert.deepEqual([sum(({ sent }) => sent), sum(({ lost }) => lost)], [20, 0])
    assert.ok(sum(({ open = 0 }) => open) >= 21)
    socket.close()
  },
)

test(
  'whoever has shown signs of life, and shows none any more, is asked for no longer',
  { skip },
  async () => {
    const request = { server: '127.0.0.1', port: 9, name: 'a.b', timeoutMs: 100 }
    const child = spawn(prober, ['steady', '10', JSON.stringify(request)])
    child.stdout.resume()
    const ended = new Promise((code) => child.on('close', code))
    child.stdin.write('60\n')
    child.stdin.write('1\n')
    assert.equal(await ended, 0)
  },
)

test(
  'a large question has so many bytes more, and only the header of its answer is told',
  { skip },
  async () => {
    let got = 0
    const server = createServer((socket) => {
      const parts: Buffer[] = []
      socket.on('data', (part) => {
        parts.push(Buffer.from(part))
        const all = Buffer.concat(parts)
        if (all.length < 2 || all.length < 2 + all.readUInt16BE(0)) return
        got = all.readUInt16BE(0)
        socket.end(Buffer.concat([all.subarray(0, 2), answerTo(all.subarray(2))]))
      })
    })
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
    const address = server.address()
    assert.ok(address !== null && typeof address === 'object')
    const small = await ask(address.port, 'tcp', { count: 1 })
    const bare = got
    const large = await ask(address.port, 'tcp', { count: 1, pad: 12_000 })
    server.close()
    // Besides its option an OPT record has 11 bytes (RFC 6891), and the option its 4.
    assert.equal(got - bare, 12_000 + 15)
    assert.deepEqual([small.result.lost, large.result.lost], [0, 0])
    assert.deepEqual(
      large.result.answers.map(({ what }) => what.length / 2),
      [12],
    )
  },
)

test('an answer that is later than the timeout is lost', { skip }, async () => {
  const socket = createSocket('udp4')
  socket.on('message', (query, { port, address }) => {
    setTimeout(() => socket.send(answerTo(query), port, address), 300)
  })
  await new Promise<void>((bound) => socket.bind(0, '127.0.0.1', bound))
  const late = await ask(socket.address().port, 'udp', { timeoutMs: 200, count: 20 })
  assert.equal(late.result.lost, 20)
  const patient = await ask(socket.address().port, 'udp', { timeoutMs: 5000, count: 20 })
  assert.equal(patient.result.lost, 0)
  assert.ok(patient.result.p50 >= 299_000)
  socket.close()
})

for (const protocol of ['udp', 'tcp'] as const) {
  test(`by ${protocol} no answer is told faster than its server was`, { skip }, async () => {
    const held: number[] = []
    // Nothing else is asked meanwhile, so that each question has what its server took for it alone.
    const all = await askedInTurn(protocol, 20, (answer) => {
      const since = process.hrtime.bigint()
      while (process.hrtime.bigint() - since < 3_000_000n);
      held.push(Number(process.hrtime.bigint() - since) / 1000)
      answer()
    })
    assert.equal(held.length, 20)
    const early = all.filter(({ max }, i) => max < Math.floor(held[i] ?? Infinity) - CLOCKS_US)
    assert.deepEqual(early, [])
  })
}
