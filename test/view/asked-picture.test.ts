import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AskedSecond } from '../../lib/core/asked-data.ts'
import { pictureOf, secondText, totalOf } from '../../lib/view/asked-picture.ts'
import { widthOf } from '../../lib/view/layout.ts'
import { ja } from '../../lib/words/ja/ja.ts'
import { asked } from '../../lib/steady/tally.ts'

const QUESTION = { server: '10.32.0.10', name: 'kubernetes.default.svc.cluster.local', rate: 100 }
/** 12:00:00 UTC. */
const NOON = 1_800_014_400

function second(worker: string, after: number, more: Partial<AskedSecond> = {}): AskedSecond {
  const none = { lost: 0, wrong: 0, open: 0, errors: [] }
  return { worker, at: NOON + after, sent: 100, ...none, p50: 200, p99: 400, max: 500, ...more }
}

test('each second has its mark: how slow the slowest was, a loss, or nobody asked', () => {
  const seconds = [
    second('w1', 0),
    second('w1', 1, { max: 2_000 }),
    second('w1', 2, { lost: 3, errors: ['connection refused'] }),
    second('w1', 3, { lost: 1 }),
    second('w1', 5, { max: 900_000 }),
    second('w2', 1, { wrong: 2 }),
  ]
  const all = asked(QUESTION, ['w1', 'w2', 'w3'], seconds, [{ worker: 'w3', because: 'no probe' }])
  assert.deepEqual(pictureOf(all, seconds), [
    '    from 12:00:00 UTC, a second each',
    'w1  ▁▃✖✖ █  500 asked, 4 lost at 12:00:02-12:00:03 (connection refused), slowest 900 ms at 12:00:05',
    'w2   ✖      100 asked, 0 lost, 2 answered wrongly at 12:00:01, slowest 0.5 ms at 12:00:01',
    'w3          0 asked, 0 lost, no probe',
  ])
  assert.equal(
    totalOf(all),
    '600 questions, 100 a second from each of 3 workers, 4 lost (0.67 %), 2 answered wrongly, slowest 900 ms from w1 at 12:00:05 UTC',
  )
})

test('where there are more seconds than columns, one loss among them still shows', () => {
  const seconds = Array.from({ length: 100_000 }, (_, i) =>
    second('w1', i, { lost: i === 7 ? 1 : 0 }),
  )
  const [scale, line = ''] = pictureOf(asked(QUESTION, ['w1'], seconds), seconds, {
    columns: 10,
  })
  assert.match(scale ?? '', /10000 s each/)
  assert.match(line, /^w1 {2}✖▁{9} {2}10,000,000 asked, 1 lost at 12:00:07/)
})

test('losses apart are told apart, and open questions are neither lost nor answered', () => {
  const seconds = [second('w1', 0, { lost: 1 }), second('w1', 9, { lost: 1, open: 4 })]
  const all = asked(QUESTION, ['w1'], seconds)
  assert.deepEqual(all.workers[0]?.bad, [
    { from: NOON, to: NOON },
    { from: NOON + 9, to: NOON + 9 },
  ])
  assert.match(totalOf(all), /200 questions.*2 lost \(1\.0 %\), 4 still open at the end/)
})

test('where nothing was asked there is no time to tell', () => {
  const all = asked(QUESTION, ['w1'], [], [{ worker: 'w1', because: 'its probe has ended' }])
  assert.deepEqual(pictureOf(all, []), ['w1    0 asked, 0 lost, its probe has ended'])
})

test('a second for a log', () => {
  const one = second('w1', 8, { lost: 3, errors: ['connection refused'], max: 812_000 })
  assert.equal(secondText(one), '12:00:08 w1: 3 of 100 lost (connection refused), slowest 812 ms')
})

test('in Japanese it is the same picture, and no word of it is English', () => {
  const seconds = [
    second('w1', 0),
    second('w1', 1, { lost: 3, wrong: 1, errors: ['connection refused'] }),
    second('w10', 1, { wrong: 2, open: 4 }),
  ]
  const silent = [{ worker: 'w3', because: 'no probe of the chapter runs there' }]
  const all = asked(QUESTION, ['w1', 'w10', 'w3'], seconds, silent)
  assert.deepEqual(pictureOf(all, seconds, { say: ja }), [
    '     12:00:00 UTCから、1文字1秒',
    'w1   ▁✖  問い合わせ200件、損失3件（12:00:01、connection refused）、誤った応答1件、最も遅い応答0.5ミリ秒（12:00:00）',
    'w10   ✖  問い合わせ100件、損失0件、誤った応答2件（12:00:01）、終了時に応答待ち4件、最も遅い応答0.5ミリ秒（12:00:01）',
    'w3       問い合わせ0件、損失0件、この章のプローブが動いていない',
  ])
  assert.equal(
    totalOf(all, ja),
    '問い合わせ合計300件（ワーカー3台から毎秒100件ずつ）、損失3件（1.0%）、誤った応答3件、終了時に応答待ち4件、最も遅い応答0.5ミリ秒（w1、12:00:00 UTC）',
  )
  assert.equal(
    secondText(second('w1', 8, { lost: 3, errors: ['connection refused'] }), ja),
    '12:00:08 w1: 100件中3件損失（connection refused）、最も遅い応答0.5ミリ秒',
  )
})

test('on a narrow terminal the figures stand below the picture', () => {
  const seconds = [second('w1', 0), second('w1', 1)]
  for (const say of [(text: string) => text, ja]) {
    const [, marks, figures = ''] = pictureOf(asked(QUESTION, ['w1'], seconds), seconds, {
      ...{ narrow: true, say },
    })
    assert.equal(marks, 'w1  ▁▁')
    assert.match(figures, /^ {4}\S/)
    assert.ok(widthOf(figures) < 80)
  }
})
