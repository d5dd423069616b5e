import assert from 'node:assert/strict'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import type { RequestListener } from 'node:http'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { download } from '../../../lib/supply/programs/download.ts'
import { openClient } from '../../../lib/supply/programs/http.ts'
import { closedPort, filesBelow, serve, signal, sumOf, tempDir } from './support.ts'

const BODY = Buffer.from(Array.from({ length: 300_000 }, (_, i) => i % 251))

async function fetchTo(
  t: TestContext,
  url: string,
  more: {
    sum?: string
    limit?: number
    part?: Uint8Array
    signal?: AbortSignal
    stallMs?: number
  } = {},
) {
  const folder = join(await tempDir(t), 'downloads')
  const file = join(folder, 'thing')
  await mkdir(folder)
  if (more.part !== undefined) await writeFile(`${file}.part`, more.part)
  const client = await openClient({}, more.stallMs === undefined ? {} : { stallMs: more.stallMs })
  const said: string[] = []
  const done = download(
    client,
    { url, file, sum: more.sum ?? sumOf(BODY), limit: more.limit ?? 1_000_000 },
    { progress: (text) => said.push(text), signal: more.signal ?? signal },
  ).finally(() => client.close())
  return { done, file, folder, said }
}

/** Serves BODY, by ranges where asked; `seen` gets the Range header of each request. */
function ranged(seen: (string | undefined)[]): RequestListener {
  return (request, response) => {
    seen.push(request.headers.range)
    const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0)
    if (from === 0) return void response.end(BODY)
    if (from >= BODY.length) return void response.writeHead(416).end()
    const range = `bytes ${from}-${BODY.length - 1}/${BODY.length}`
    response.writeHead(206, { 'content-range': range }).end(BODY.subarray(from))
  }
}

test('a file with the pinned sum gets its name, and no part is left', async (t) => {
  const { done, file, folder } = await fetchTo(t, await serve(t, ranged([])))
  await done
  assert.deepEqual(await readFile(file), BODY)
  assert.deepEqual(await filesBelow(folder), ['thing'])
})

test('sha512 sums are checked too', async (t) => {
  const url = await serve(t, ranged([]))
  const { done } = await fetchTo(t, url, { sum: `sha512:${'0'.repeat(128)}` })
  await assert.rejects(done, /its sum is sha512:[0-9a-f]{128}, not the pinned sha512:000/)
})

test('a file with another sum is refused and nothing of it is kept', async (t) => {
  const { done, folder } = await fetchTo(t, await serve(t, ranged([])), { sum: sumOf('other') })
  await assert.rejects(done, /its sum is sha256:.*not the pinned/)
  assert.deepEqual(await filesBelow(folder), [])
})

test('an interrupted download goes on where it was', async (t) => {
  const seen: (string | undefined)[] = []
  const part = BODY.subarray(0, 1000)
  const { done, file } = await fetchTo(t, await serve(t, ranged(seen)), { part })
  await done
  assert.deepEqual(seen, ['bytes=1000-'])
  assert.deepEqual(await readFile(file), BODY)
})

test('a part that is the whole file already needs no more than its sum', async (t) => {
  const { done, file } = await fetchTo(t, await serve(t, ranged([])), { part: BODY })
  await done
  assert.deepEqual(await readFile(file), BODY)
})

test('a server that knows no ranges sends the whole again', async (t) => {
  const url = await serve(t, (_, response) => void response.end(BODY))
  const { done, file } = await fetchTo(t, url, { part: BODY.subarray(0, 1000) })
  await done
  assert.deepEqual(await readFile(file), BODY)
})

test('a part of another file is thrown away and the download repeated, once', async (t) => {
  const seen: (string | undefined)[] = []
  const { done, file } = await fetchTo(t, await serve(t, ranged(seen)), {
    part: Buffer.alloc(1000),
  })
  await done
  assert.deepEqual(seen, ['bytes=1000-', undefined])
  assert.deepEqual(await readFile(file), BODY)
})

test('a connection that breaks in the middle is taken up again where it broke', async (t) => {
  const seen: (string | undefined)[] = []
  const rest = ranged(seen)
  let broken = 0
  const url = await serve(t, (request, response) => {
    if (broken++ > 0) {
      rest(request, response)
      return
    }
    response.writeHead(200, { 'content-length': BODY.length })
    response.write(BODY.subarray(0, 100_000), () => setTimeout(() => response.destroy(), 50))
  })
  const { done, file } = await fetchTo(t, url)
  await done
  assert.deepEqual(seen, ['bytes=100000-'])
  assert.deepEqual(await readFile(file), BODY)
})

test('what came before the end of all tries stays for the next run', async (t) => {
  let from = 0
  const url = await serve(t, (request, response) => {
    const at = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0)
    from = at
    const length = { 'content-length': BODY.length - at, 'content-range': `bytes ${at}-/*` }
    response.writeHead(at > 0 ? 206 : 200, length)
    response.write(BODY.subarray(at, at + 10), () => setTimeout(() => response.destroy(), 20))
  })
  const { done, folder } = await fetchTo(t, url)
  await assert.rejects(done, /other side closed|terminated|aborted|reset/i)
  assert.equal(from, 40)
  assert.deepEqual(await filesBelow(folder), ['thing.part'])
})

test('a truncated file under a connection that ends well is refused by its sum', async (t) => {
  const url = await serve(t, (_, response) => void response.end(BODY.subarray(0, 1000)))
  const { done, folder } = await fetchTo(t, url)
  await assert.rejects(done, /its sum is/)
  assert.deepEqual(await filesBelow(folder), [])
})

test('a page instead of the file is told as what it is', async (t) => {
  const url = await serve(t, (_, response) =>
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end('<html>Sign in'),
  )
  const { done } = await fetchTo(t, url)
  await assert.rejects(done, /answers with a web page, not with the file/)
})

test('404 and 500 are told and not tried again', async (t) => {
  for (const status of [404, 500, 403]) {
    let count = 0
    const url = await serve(t, (_, response) => {
      count++
      response.writeHead(status).end('no')
    })
    const { done } = await fetchTo(t, url)
    await assert.rejects(done, new RegExp(`127.0.0.1:\\d+ answers ${status}`))
    assert.equal(count, 1)
  }
})

test('a file larger than its limit is refused, announced or not', async (t) => {
  const announced = await serve(t, (_, response) => {
    response.writeHead(200, { 'content-length': 10_000_000 }).write('x')
  })
  const silent = await serve(t, (_, response) => {
    response.writeHead(200)
    for (let i = 0; i < 200; i++) response.write(Buffer.alloc(10_000))
  })
  for (const url of [announced, silent]) {
    const { done } = await fetchTo(t, url)
    await assert.rejects(done, /larger than expected: [\d.]+ MB, at most 1.0 MB are taken/)
  }
})

test('a server that falls silent is given up', async (t) => {
  const url = await serve(t, (_, response) => {
    response.writeHead(200, { 'content-length': 10 })
    response.flushHeaders()
  })
  const { done } = await fetchTo(t, url, { stallMs: 100 })
  await assert.rejects(done, /timeout/i)
})

test('a closed port and an unknown host fail at once', async (t) => {
  const refused = await fetchTo(t, await closedPort())
  await assert.rejects(refused.done, /ECONNREFUSED/)
  const unknown = await fetchTo(t, 'http://no-such-host.invalid/x')
  await assert.rejects(unknown.done, /ENOTFOUND|EAI_AGAIN/)
})

test('an abort ends the download with its reason, and the part stays', async (t) => {
  const abort = new AbortController()
  const url = await serve(t, (_, response) => {
    response.writeHead(200, { 'content-length': BODY.length })
    response.write(BODY.subarray(0, 1000), () =>
      setTimeout(() => abort.abort(new Error('stop it')), 50),
    )
  })
  const { done, folder } = await fetchTo(t, url, { signal: abort.signal })
  await assert.rejects(done, /stop it/)
  assert.deepEqual(await filesBelow(folder), ['thing.part'])
})

test('progress tells bytes of the whole', async (t) => {
  const { done, said } = await fetchTo(t, await serve(t, ranged([])))
  await done
  assert.match(said[0] ?? '', /^0\.\d MB( of 0\.3 MB)?$/)
})
