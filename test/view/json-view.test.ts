import assert from 'node:assert/strict'
import test from 'node:test'
import type { Event } from '../../lib/ports/events.ts'
import { openView } from '../../lib/view/open-view.ts'
import { fakeStream } from './fake-stream.ts'
import {
  dryRun,
  ended,
  failure,
  freshRun,
  interrupted,
  lostLock,
  rollback,
  started,
} from './runs.ts'

const TIME = '2026-01-02T03:04:05.678Z'

interface Printed {
  readonly out: string
  readonly err: string
}

async function printed(events: readonly Event[]): Promise<Printed> {
  const out = fakeStream()
  const err = fakeStream()
  const clock = (): Date => new Date(TIME)
  const view = openView({ kind: 'json', out, err, verbose: false, color: false, clock })
  for (const event of events) view.sink(event)
  await view.close()
  return { out: out.text(), err: err.text() }
}

for (const [what, events] of Object.entries({ dryRun, interrupted, rollback })) {
  test(`each event is one line of JSON with version and time, nothing else: ${what}`, async () => {
    const { out } = await printed(events)
    assert.equal(out.endsWith('}\n'), true)
    assert.deepEqual(
      out
        .trimEnd()
        .split('\n')
        .map((line): unknown => JSON.parse(line)),
      events.map((event) => ({ v: 1, time: TIME, ...event })),
    )
  })
}

test('a line begins with version, time and type', async () => {
  const { out, err } = await printed([ended('run', 'done')])
  assert.equal(
    out,
    `{"v":1,"time":"${TIME}","type":"run-ended","mode":"run","outcome":"done","durationMs":13200,` +
      '"ledger":{"reads":41,"dryRuns":0,"writes":0,"hostWrites":0},"notes":[],"code":0}\n',
  )
  assert.equal(err, '')
})

test('what failed is told on stderr as well', async () => {
  const { err } = await printed(failure)
  assert.equal(
    err,
    `✖ Apply coredns.yaml
  problem   both CoreDNS pods have the address 10.200.0.2
  seen      pod coredns-8s42p on k8sworker2 10.200.0.2, outside that worker's 10.200.2.0/24
            pod coredns-x9zkq on k8sworker0 10.200.0.2
  cause     k8sworker2's CNI config hands out 10.200.0.0/24, the range of k8sworker0
  try       set "subnet": "10.200.2.0/24" in 10-bridge.conf on k8sworker2, restart the kubelet
  undone    serviceaccount/coredns deleted
  go on     npx tsx run.ts --resume
`,
  )
  assert.equal(
    (await printed(lostLock)).err,
    '✖ the lock was lost\n  try       npx tsx run.ts --resume\n',
  )
})

test('secrets do not pass; what a terminal would act upon is escaped and means the same', async () => {
  const text = 'a\u001b[2J\u009b31m\u202e\u200b\u{e0041}\ud800 '
  const { out } = await printed([
    { type: 'step-progress', step: 'a', text: `${text}token: canary` },
  ])
  assert.equal(
    out,
    `{"v":1,"time":"${TIME}","type":"step-progress","step":"a","text":"a\\u001b[2J\\u009b31m` +
      '\\u202e\\u200b\\udb40\\udc41\\ud800 token: [redacted]"}\n',
  )
  const parsed = JSON.parse(out) as { readonly text: string }
  assert.equal(parsed.text, `${text}token: [redacted]`)
})

test('progress comes once a second for each step', async () => {
  const { out } = await printed([
    started('run'),
    ...freshRun.filter(isProgress),
    ...freshRun.filter(isProgress),
  ])
  assert.equal(out.trimEnd().split('\n').length, 2)
})

function isProgress(event: Event): boolean {
  return event.type === 'step-progress'
}
