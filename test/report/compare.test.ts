import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Event } from '../../lib/ports/events.ts'
import { compare } from '../../lib/report/compare.ts'
import { compareText } from '../../lib/report/compare-text.ts'
import { ja } from '../../lib/words/ja/ja.ts'
import * as runs from '../view/runs.ts'
import { matrixEvent, reportOf, RUNS } from './told.ts'

/** A healthy run with a matrix, in which the pod on w1 answered w0 so many times of 4, in that time. */
function measured(answered = 4, p99?: number): readonly Event[] {
  const [start, ...rest] = runs.nothingToDo
  assert.ok(start)
  const event = matrixEvent('check-machine', answered)
  const figures = `"figures":{"sent":4,"lost":0,"p50":1,"p99":${p99 ?? 0},"max":1},"asked":4`
  const text = JSON.stringify(event)
  const told = JSON.parse(p99 === undefined ? text : text.replaceAll('"asked":4', figures)) as Event
  return [start, told, ...rest]
}

function compared(before: readonly Event[], after: readonly Event[]) {
  return compare(reportOf(before), reportOf(after))
}

test('a run compared with itself is the same, whatever it was', () => {
  for (const events of RUNS) {
    const { same, ...told } = compared(events, events)
    assert.ok(same > 0)
    const none = { worse: [], better: [], new: [], gone: [], slower: [] }
    assert.deepEqual(told, { ...none, isWorse: false })
  }
})

test('a step that fails now is worse, one that is well again is better', () => {
  const worse = compared(runs.nothingToDo, runs.failure)
  assert.equal(worse.isWorse, true)
  assert.deepEqual(worse.worse, [
    {
      what: 'Apply coredns.yaml (apply-manifest)',
      was: 'as wanted',
      now: 'failed: both CoreDNS pods have the address 10.200.0.2',
    },
    { what: 'Wait for two CoreDNS pods (coredns-pods)', was: 'as wanted', now: 'not reached' },
  ])
  const better = compared(runs.failure, runs.nothingToDo)
  assert.equal(better.isWorse, false)
  assert.equal(better.better.length, 2)
})

test('changed or found so is as well as wanted: only a state is compared', () => {
  assert.equal(compared(runs.freshRun, runs.nothingToDo).isWorse, false)
})

test('a path that loses is worse, one that loses more than before too', () => {
  const lost = compared(measured(), measured(3))
  assert.deepEqual(lost.worse, [
    { what: 'w0 -> pod on w1 UDP', was: '4 of 4 answered', now: '3 of 4 answered' },
    { what: 'w0 -> pod on w1 TCP', was: '4 of 4 answered', now: '3 of 4 answered' },
  ])
  assert.equal(compared(measured(3), measured(1)).worse.length, 2)
  assert.equal(compared(measured(1), measured(3)).better.length, 2)
})

test('what takes much longer is told, and is nothing worse by itself', () => {
  const slower = compared(measured(4, 2_000), measured(4, 9_000))
  assert.equal(slower.slower.length, 8)
  assert.deepEqual(slower.slower[0], {
    what: 'w0 -> Service 10.32.0.10 UDP',
    was: 'p99 2.0 ms',
    now: 'p99 9.0 ms',
  })
  assert.equal(slower.isWorse, false)
  assert.equal(compared(measured(4, 200), measured(4, 900)).slower.length, 0)
})

test('what only one of them has is new or gone; new and bad is worse', () => {
  const gone = compared(measured(), runs.nothingToDo)
  assert.deepEqual([gone.gone.length, gone.isWorse], [10, false])
  const good = compared(runs.nothingToDo, measured())
  assert.deepEqual([good.new.length, good.isWorse], [10, false])
  assert.equal(compared(runs.nothingToDo, measured(3)).isWorse, true)
})

test('another cause of the same failure is something new', () => {
  const failing = (code: string): readonly Event[] => {
    const verdict = { code, layer: 'network', certainty: 'seen', subject: 'w0' } as const
    const explanation = {
      ...runs.PODS,
      verdict: { ...verdict, cause: `cause ${code}`, evidence: 'e', cure: 'c' },
    }
    return [
      runs.started('verify'),
      ...runs.step({ type: 'step-failed', step: 'apply-manifest', explanation, undone: [] }),
      runs.ended('verify', 'failed', { code: 4 }),
    ]
  }
  const { worse, new: fresh, gone, isWorse } = compared(failing('E3'), failing('D7'))
  assert.deepEqual([worse.length, fresh.length, gone.length, isWorse], [0, 1, 1, true])
})

test('a run that was killed is worse than one that has ended', () => {
  const { worse } = compared(runs.nothingToDo, runs.nothingToDo.slice(0, -1))
  assert.deepEqual(worse, [{ what: 'the run itself', was: 'ended', now: 'has no end' }])
})

test('what was not asked for this time is gone, not worse', () => {
  const { isWorse, gone } = compared(runs.nothingToDo, runs.onlyOne)
  assert.deepEqual([isWorse, gone.length], [false, 4])
})

test('it is told worst first, with its count at the end', () => {
  const text = compareText(compared(measured(), measured(3)))
  assert.match(text, /^worse \(2\)\n {2}✖ w0 -> pod on w1 UDP: 4 of 4 answered → 3 of 4 answered\n/)
  assert.match(text, /Something got worse: 2 worse, 14 the same\.$/)
})

test('to a Japanese reader all is told in Japanese but names, and it is the same comparison', () => {
  const worse = compare(reportOf(runs.nothingToDo), reportOf(runs.failure), ja)
  assert.deepEqual(
    worse.worse.map(({ was, now }) => [was, now]),
    [
      ['期待どおり', '失敗: 2つのCoreDNSのPodが同じアドレス10.200.0.2を持っています'],
      ['期待どおり', '未到達'],
    ],
  )
  const lost = compareText(compare(reportOf(measured()), reportOf(measured(3)), ja), ja)
  assert.equal(
    lost,
    `悪化（2）
  ✖ w0 -> w1のPod UDP: 4件中4件応答 → 4件中3件応答
  ✖ w0 -> w1のPod TCP: 4件中4件応答 → 4件中3件応答

悪化したものがあります: 悪化2、変化なし${compared(measured(), measured(3)).same}。`,
  )
})
