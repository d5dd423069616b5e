import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { StepError } from '../../lib/core/errors.ts'
import { systemClock } from '../../lib/cli/system-clock.ts'
import { until } from '../../lib/core/until.ts'
import type { ClusterReader, KubeObject } from '../../lib/ports/cluster.ts'
import type { Json } from '../../lib/core/json.ts'
import { QUICK, configMap, status, stubServer } from './stub-server.ts'
import type { Answer, Handler, Stub } from './stub-server.ts'

const selection = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'kube-system' }
const ready = configMap('a', { ready: 'yes' }, '12')
const notReady = configMap('a', { ready: 'no' }, '11')

let handler: Handler
let stub: Stub
before(async () => {
  stub = await stubServer((request, answer) => handler(request, answer))
})
after(() => stub.stop())

const state = (object: KubeObject | undefined): string => JSON.stringify(object?.['data'])

interface Wait {
  readonly deadlineMs?: number
  readonly signal?: AbortSignal
  readonly progress?: (text: string) => void
  /** Nothing is there any more, instead of a ready map. */
  readonly gone?: true
}

function waitOn(cluster: ClusterReader, wait: Wait = {}): Promise<string> {
  const { deadlineMs = 3_000, signal = new AbortController().signal, ...more } = wait
  return until(
    { clock: systemClock, signal, ...more },
    {
      ...{ what: 'a ready map', deadlineMs },
      watch: (stop) => cluster.watch(selection, stop),
      look(objects) {
        const proven = wait.gone ? isGone(objects) : isReady(objects)
        if (proven !== undefined) return { proven }
        return { missing: objects.map((object) => `${object.metadata.name} ${state(object)}`) }
      },
    },
  )
}

const isGone = (objects: readonly KubeObject[]): string | undefined =>
  objects.length === 0 ? 'gone' : undefined

const isReady = (objects: readonly KubeObject[]): string | undefined =>
  objects.find((object) => state(object) === '{"ready":"yes"}')?.metadata.name

/** Lists `items`; gives the nth watch to `watches`. */
function serving(
  items: () => readonly Json[],
  watches: readonly ((answer: Answer) => void)[],
): { lists: number; watched: string[] } {
  const counts: { lists: number; watched: string[] } = { lists: 0, watched: [] }
  handler = ({ url }, answer) => {
    if (url.includes('watch=true')) {
      const watch = watches[counts.watched.length] ?? (() => undefined)
      counts.watched.push(url)
      watch(answer)
    } else {
      counts.lists += 1
      answer.json(200, { metadata: { resourceVersion: '11' }, items: [...items()] })
    }
  }
  return counts
}

function event(answer: Answer, type: string, object: Json): void {
  if (!answer.raw.headersSent) answer.raw.writeHead(200, { 'content-type': 'application/json' })
  answer.raw.write(`${JSON.stringify({ type, object })}\n`)
}

test('what is there already needs no watch', async () => {
  const counts = serving(() => [ready], [])
  const cluster = await stub.open()
  assert.equal(await waitOn(cluster), 'a')
  assert.deepEqual(counts, { lists: 1, watched: [] })
})

test('an event ends the wait; progress is told once a state', async () => {
  const said: string[] = []
  const counts = serving(
    () => [notReady],
    [
      (answer) => {
        event(answer, 'BOOKMARK', {
          kind: 'ConfigMap',
          apiVersion: 'v1',
          metadata: { resourceVersion: '11' },
        })
        event(answer, 'MODIFIED', notReady)
        // One event split over two chunks.
        const line = `${JSON.stringify({ type: 'MODIFIED', object: ready })}\n`
        answer.raw.write(line.slice(0, 30))
        setTimeout(() => answer.raw.write(line.slice(30)), 20)
      },
    ],
  )
  const cluster = await stub.open()
  assert.equal(await waitOn(cluster, { progress: (text) => said.push(text) }), 'a')
  assert.deepEqual(said, ['a {"ready":"no"}'])
  assert.match(counts.watched[0] ?? '', /resourceVersion=11/)
  assert.match(counts.watched[0] ?? '', /allowWatchBookmarks=true/)
})

test('deleted objects are gone from what is tested', async () => {
  serving(
    () => [notReady],
    [
      (answer) => {
        event(answer, 'DELETED', notReady)
      },
    ],
  )
  const cluster = await stub.open()
  assert.equal(await waitOn(cluster, { gone: true }), 'gone')
})

const troubles: readonly (readonly [string, (answer: Answer) => void])[] = [
  [
    'a 410 as an event',
    (answer) => {
      event(answer, 'ERROR', status(410, 'Expired', 'too old resource version'))
    },
  ],
  [
    'a 410 as a status',
    (answer) => {
      answer.json(410, status(410, 'Expired', 'too old'))
    },
  ],
  [
    'a silent watch',
    (answer) => {
      answer.raw.writeHead(200).flushHeaders()
    },
  ],
  [
    'a cut connection',
    (answer) => {
      answer.reset()
    },
  ],
  [
    'a watch that the server ends',
    (answer) => {
      answer.json(200, {})
    },
  ],
  [
    'a line that is not JSON',
    (answer) => {
      answer.raw.writeHead(200).end('nonsense\n')
    },
  ],
  [
    'a 503',
    (answer) => {
      answer.json(503, status(503, 'ServiceUnavailable', 'etcd'))
    },
  ],
]

for (const [what, watch] of troubles) {
  test(`${what} is followed by a new list`, async () => {
    let lists = 0
    const counts = serving(() => {
      lists += 1
      return [lists === 1 ? notReady : ready]
    }, [watch])
    const cluster = await stub.open({ limits: { ...QUICK, deadlineMs: 60_000 } })
    assert.equal(await waitOn(cluster), 'a')
    assert.equal(counts.lists, 2)
  })
}

test('the deadline ends a wait with what was seen last', async () => {
  serving(() => [notReady], [])
  const cluster = await stub.open()
  await assert.rejects(waitOn(cluster, { deadlineMs: 250 }), (error: unknown) => {
    assert.ok(error instanceof StepError)
    assert.equal(error.explanation.problem, 'timed out after 0.25 s waiting for a ready map')
    assert.equal(error.explanation.seen?.[0], 'a {"ready":"no"}')
    return true
  })
})

test('the deadline holds while the server only fails, and says so', async () => {
  handler = (_, answer) => {
    answer.reset()
  }
  const cluster = await stub.open({ limits: { ...QUICK, attempts: 1000, deadlineMs: 60_000 } })
  const started = performance.now()
  await assert.rejects(waitOn(cluster, { deadlineMs: 300 }), StepError)
  assert.ok(performance.now() - started < 2_000)
})

test('what cannot get better ends the wait at once', async () => {
  handler = (_, answer) => {
    answer.json(403, status(403, 'Forbidden', 'no'))
  }
  const cluster = await stub.open()
  await assert.rejects(
    waitOn(cluster, { deadlineMs: 60_000 }),
    /user admin may not list ConfigMap in kube-system/,
  )
})

test('an interrupt ends the wait with its own reason', async () => {
  serving(() => [notReady], [])
  const stop = new AbortController()
  const cluster = await stub.open()
  setTimeout(() => {
    stop.abort(new Error('Ctrl-C'))
  }, 50)
  await assert.rejects(waitOn(cluster, { signal: stop.signal }), /^Error: Ctrl-C$/)
})
