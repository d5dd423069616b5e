import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { stripVTControlCharacters } from 'node:util'
import type { Changes } from '../../lib/core/change.ts'
import type { Event, StepTitle } from '../../lib/ports/events.ts'
import { failureLines } from '../../lib/view/failure-text.ts'
import { openView } from '../../lib/view/open-view.ts'
import { ja } from '../../lib/words/ja/ja.ts'
import { fakeStream } from './fake-stream.ts'
import { play } from './play.ts'
import * as RUNS from './runs.ts'
import { terminalWith } from './terminal.ts'

const SIZE = { columns: 80, rows: 24 }

const PLAYED: Readonly<Record<string, readonly Event[]>> = {
  ...{ freshRun: RUNS.freshRun, nothingToDo: RUNS.nothingToDo, dryRun: RUNS.dryRun },
  ...{ failure: RUNS.failure, labFailure: RUNS.labFailure, rollback: RUNS.rollback },
  ...{ verifyDrift: RUNS.verifyDrift, verifyUnhealthy: RUNS.verifyUnhealthy },
  ...{ interrupted: RUNS.interrupted, onlyOne: RUNS.onlyOne, lostLock: RUNS.lostLock },
}

/** What a run leaves on a terminal, in Japanese. */
async function drawn(events: readonly Event[], verbose = false): Promise<string> {
  const out = fakeStream(SIZE)
  const look = { verbose, color: true, say: ja, clock: () => new Date(0) }
  const view = openView({ kind: 'live', out, err: out, ...look })
  const { feed } = play(view)
  for (const event of events) {
    const before = out.text()
    await feed(event)
    // How far a step is, is to be drawn once before it ends.
    while (event.type === 'step-progress' && out.text() === before) await sleep(10)
  }
  await view.close()
  return out.text()
}

/** The same in lines for a pipe, failures included. */
async function printed(events: readonly Event[]): Promise<string> {
  const out = fakeStream()
  const view = openView({ kind: 'plain', out, err: out, verbose: true, color: false, say: ja })
  for (const event of events) view.sink(event)
  await view.close()
  return out.text()
}

/** Words for programs: nobody reads them as they are. */
const FOR_PROGRAMS = new Set(['type', 'mode', 'outcome', 'action', 'list'])

/** The words that a run's events have brought with them. */
function ownWords(value: unknown): readonly string[] {
  if (typeof value === 'string') return value.match(/[a-z]{2,}/gi) ?? []
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, one]) => (FOR_PROGRAMS.has(key) ? [] : ownWords(one)))
}

/** Names, and what a log has before each of its lines. */
const NAMES = ['hardway', 'CoreDNS', 'Pod', 'lab', 'chapter']

for (const [name, events] of Object.entries(PLAYED)) {
  test(`of a run (${name}) no word of this program itself is English`, async () => {
    const text = stripVTControlCharacters(`${await drawn(events, true)}\n${await printed(events)}`)
    const own = new Set([...ownWords(events), ...NAMES])
    const english = (text.match(/[a-z]{2,}/gi) ?? []).filter((word) => !own.has(word))
    assert.deepEqual([...new Set(english)], [], text)
  })

  test(`a run in Japanese (${name}) stays within a terminal of 80 x 24`, async () => {
    const lines = await terminalWith(await drawn(events), SIZE)
    assert.ok(lines.length > 2)
    assert.deepEqual(
      lines.filter(({ overflows }) => overflows),
      [],
    )
  })
}

const FOLDER = '/home/利用者/クラスタ設定-本番環境-東京リージョン'
const MATRIX = [
  'UDP/TCP     Service 10.32.0.10  10.200.0.2（ワーカー0）  10.200.1.2（ワーカー1）',
  'k8sworker0  100%/100% 3 ms      100%/100% 3 ms           100%/100% 3 ms',
]
const PLAN: Changes = [
  { action: 'create', what: `file ${FOLDER}/coredns.yaml`, note: '説明'.repeat(20) },
  {
    ...{ action: 'change', what: 'configmap/coredns' },
    fields: [
      { path: '.data.Corefile', from: 'a\n設定\n', to: `b\n${'設定'.repeat(60)}\n` },
      { path: '.metadata.annotations', from: '値'.repeat(70), to: '別の値', owner: '利用者' },
    ],
  },
]

test('list, plan, matrix and failure keep their lines and their place, whatever is Japanese in them', async () => {
  const steps = RUNS.STEPS
  const text = await drawn([
    RUNS.started('dry-run'),
    ...steps
      .slice(0, 2)
      .flatMap(({ id }) =>
        RUNS.step(
          { type: 'step-satisfied', step: id, because: `${FOLDER}/own.yaml は正しい` },
          '進行中'.repeat(30),
        ),
      ),
    ...RUNS.step({ type: 'step-planned', step: 'download-manifest', changes: PLAN }),
    { type: 'step-started', step: 'apply-manifest' },
    { type: 'step-progress', step: 'apply-manifest', text: `待機中 ${FOLDER} 🙂`.repeat(3) },
    {
      ...{ type: 'step-measured', step: 'apply-manifest', lines: MATRIX },
      ...{ table: true, data: {} },
    },
    { type: 'step-planned', step: 'apply-manifest', changes: PLAN },
    ...RUNS.step({
      ...{ type: 'step-failed', step: 'coredns-pods', undone: [] },
      explanation: {
        problem: `${FOLDER}/own.yamlを読めません`,
        seen: ['観測'.repeat(60), `${FOLDER}/own.yaml`],
        cause: `[E3] ${'k8sworker0に経路がありません。'.repeat(6)}`,
        remedy: `kubectl -n kube-system get configmap coredns -o yaml > '${FOLDER}/coredns.yaml'`,
      },
    }),
    RUNS.ended('dry-run', 'failed'),
  ])
  const lines = await terminalWith(text, SIZE)
  assert.deepEqual(
    lines.filter(({ overflows }) => overflows),
    [],
  )
  // A frame that took more lines than were counted would leave some of them behind.
  for (const { title } of steps.slice(2)) {
    assert.equal(lines.filter((line) => line.text.includes(ja(title))).length, 1, title)
  }
})

test('in a longer list than the terminal has lines, each step is left once', async () => {
  const steps = Array.from({ length: 26 }, (_, i): StepTitle => {
    return { id: `step-${String(i)}`, title: `${String(i)}番目の手順`, list: 'chapter' }
  })
  const endings = steps.flatMap(({ id }) =>
    RUNS.step({
      type: 'step-done',
      step: id,
      changes: RUNS.MANIFEST,
      proof: '完了しました'.repeat(9),
    }),
  )
  const text = await drawn([RUNS.started('run', steps), ...endings, RUNS.ended('run', 'done')])
  const lines = await terminalWith(text, SIZE)
  assert.ok(!lines.some(({ overflows }) => overflows))
  const last = lines.slice(-(steps.length * 2 + 2)).map(({ text: line }) => line)
  for (const { title } of steps) {
    assert.equal(last.filter((line) => line.startsWith(`✔ ${title} `)).length, 1, title)
  }
})

test('what was seen stays to the letter, also where it reads like a sentence of this program', () => {
  const seen = ['interrupted by Ctrl-C', 'kube-proxy on w0: /etc/resolv.conf is not there']
  const explanation = { problem: 'interrupted by Ctrl-C', seen, remedy: 'npx tsx run.ts' }
  assert.deepEqual(failureLines({ explanation }, { say: ja }), [
    '  問題      Ctrl-Cで中断されました',
    '  観測      interrupted by Ctrl-C',
    '            kube-proxy on w0: /etc/resolv.conf is not there',
    '  対処      npx tsx run.ts',
  ])
})
