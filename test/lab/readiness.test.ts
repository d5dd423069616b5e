import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ObservedError } from '../../lib/core/errors.ts'
import type { Fetched, FetchOptions } from '../../lib/ports/host.ts'
import { daemonOf } from '../../lib/lab/daemon.ts'
import { layoutOf } from '../../lib/lab/layout.ts'
import { askAll } from '../../lib/lab/readiness.ts'
import { acting } from '../fakes/acting.ts'
import { fakeHost } from '../fakes/host.ts'

const layout = layoutOf('lab')
const DAEMONS = ['a', 'b'].map((host) =>
  daemonOf(layout, { host, program: 'kube-apiserver', flags: {}, reads: [] }),
)
const ASKED = {
  daemons: DAEMONS,
  urls: ['a', 'b'].map((name) => ({ name, url: `https://${name}/readyz` })),
  proof: '2 API servers ready',
}

/** One look; the daemons of these hosts run. */
async function look(fetch: (url: string, how: FetchOptions) => Fetched, running = ['a', 'b']) {
  const log = '/var/lib/hardway/lab/logs/b/kube-apiserver.log'
  const host = fakeHost({ fetch, files: { [log]: 'panic\n' } })
  const alive = DAEMONS.filter((daemon) => running.includes(daemon.host))
  await host.put(alive, () => undefined)
  return askAll(acting({ host }), layout, ASKED)
}

function says(status: number, body: string): Fetched {
  return { status, body: Buffer.from(body) }
}

test('it is done when all answer', async () => {
  assert.deepEqual(await look(() => says(200, 'ok')), { proven: '2 API servers ready' })
})

test("each is asked as the lab's admin, verified by the lab's authority, never through a proxy", async () => {
  const asked: unknown[] = []
  await look((url, how) => {
    asked.push([url, how])
    return says(200, 'ok')
  })
  const pki = '/var/lib/hardway/lab/pki'
  const how: FetchOptions = {
    limit: 65536,
    timeoutMs: 2000,
    direct: true,
    tls: { ca: `${pki}/ca.pem`, cert: `${pki}/admin.pem`, key: `${pki}/admin-key.pem` },
  }
  assert.deepEqual(asked, [
    ['https://a/readyz', how],
    ['https://b/readyz', how],
  ])
})

test('what does not answer yet is named with its own words, and nothing else', async () => {
  const refuses = (url: string): Fetched => {
    if (url.includes('//b/')) throw new ObservedError('connect ECONNREFUSED 192.168.199.201:6443')
    return says(200, 'ok')
  }
  assert.deepEqual(await look(refuses), {
    missing: ['b: connect ECONNREFUSED 192.168.199.201:6443'],
  })
})

test('of a long answer the check that failed is shown, else its first line', async () => {
  const body = '[+]ping ok\n[-]etcd failed: reason withheld\nreadyz check failed\n'
  const sight = await look((url) =>
    url.includes('//a/') ? says(500, body) : says(401, 'Unauthorized\nmore\n'),
  )
  assert.deepEqual(sight, {
    missing: ['a: HTTP 500 [-]etcd failed: reason withheld', 'b: HTTP 401 Unauthorized'],
  })
})

test('an endless line is cut off', async () => {
  const sight = await look(() => says(500, 'x'.repeat(1000)))
  assert.ok('missing' in sight)
  assert.deepEqual(sight.missing, [
    `a: HTTP 500 ${'x'.repeat(120)}`,
    `b: HTTP 500 ${'x'.repeat(120)}`,
  ])
})

test('a daemon that ended makes waiting useless, and its log tells why', async () => {
  const refuses = (url: string): Fetched => {
    if (url.includes('//b/')) throw new ObservedError('connect ECONNREFUSED')
    return says(200, 'ok')
  }
  assert.deepEqual(await look(refuses, ['a']), {
    missing: ['b: connect ECONNREFUSED'],
    never: {
      problem: 'kube-apiserver on b is not running',
      seen: [
        'kube-apiserver on b is not running; the end of /var/lib/hardway/lab/logs/b/kube-apiserver.log:',
        '  panic',
      ],
      remedy: 'fix what the log names, then continue with npx tsx run.ts --resume',
    },
  })
})
