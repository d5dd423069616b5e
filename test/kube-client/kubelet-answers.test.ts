import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Cluster } from '../../lib/ports/cluster.ts'
import { type Handler, QUICK, status, stubServer } from './stub-server.ts'

const pod = { namespace: 'default', pod: 'busybox' }

/** How often such a server is asked, by what path, until `does` fails. */
async function asked(always: Handler, does: (cluster: Cluster) => Promise<unknown>) {
  const stub = await stubServer(always)
  try {
    const cluster = await stub.open({ limits: { ...QUICK, attempts: 6, deadlineMs: 60_000 } })
    await assert.rejects(does(cluster), { name: 'StepError' })
    return stub.received.map(({ url }) => new URL(url, stub.url).pathname)
  } finally {
    await stub.stop()
  }
}

const says = (code: number, words: string): Handler => {
  return (_, answer) => {
    answer.json(code, status(code, 'InternalError', words))
  }
}
const LOG = '/api/v1/namespaces/default/pods/busybox/log'
const EXEC = '/api/v1/namespaces/default/pods/busybox/exec'

test('a server that says that it does not get to the kubelet is asked twice, and another 500 as often as any', async () => {
  const logs = (words: string) =>
    asked(says(500, words), (cluster) => cluster.logs(pod, { lines: 5 }))
  const certificate = 'Get "https://192.0.2.1:10250/containerLogs/default/busybox/busybox": x509: …'
  assert.deepEqual(await logs(certificate), [LOG, LOG])
  assert.equal((await logs('etcdserver: request timed out')).length, 6)
})

test('one that asks for an upgrade and grants none has such a kubelet behind it', async () => {
  const seen = await asked(says(400, 'Upgrade request required'), (cluster) =>
    cluster.exec(pod, ['nslookup', 'kubernetes'], { timeoutMs: 1_000 }),
  )
  // Each try is one with an upgrade, and one without that tells why.
  assert.deepEqual(seen, [EXEC, EXEC, EXEC, EXEC])
})
