import assert from 'node:assert/strict'
import { test } from 'node:test'
import { foldCommand } from '../../lib/core/shell.ts'
import type { Explanation } from '../../lib/core/errors.ts'
import { StepError } from '../../lib/core/errors.ts'
import type { Event } from '../../lib/ports/events.ts'
import { boardLines } from '../../lib/view/board.ts'
import { describeError } from '../../lib/view/describe-error.ts'
import { failureBlock } from '../../lib/view/failure-text.ts'
import { widthOf } from '../../lib/view/layout.ts'
import { inAscii, isAsciiOnly } from '../../lib/view/letters.ts'
import { openRecord } from '../../lib/view/run-record.ts'
import { summaryLines } from '../../lib/view/summary.ts'

const FILE = '存在しない設定ファイル-本番環境-東京リージョン.yaml'
const EXPLANATION: Explanation = {
  problem: `the kubeconfig /srv/クラスタ設定/${FILE} cannot be read`,
  seen: [`ENOENT: ${FILE} 🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂 cafe\u0301`, 'x'.repeat(300)],
  cause: `[B2] ${'設定 '.repeat(40)}`,
  remedy: 'make it: kubectl -n kube-system get pods -o wide | grep coredns > /tmp/out; then go on',
  further: [
    {
      code: 'C1',
      layer: 'network',
      certainty: 'seen',
      cause: '原因'.repeat(30),
      evidence: 'e',
      subject: 's',
      cure: 'c',
    },
  ],
  ruledOut: ['nothing of that', '何もない'],
  more: 'npx tsx run.ts explain B2',
}
const FAILED: Extract<Event, { type: 'step-failed' }> = {
  ...{ type: 'step-failed', step: 'apply-manifest', explanation: EXPLANATION },
  undone: [`file /srv/${FILE} removed, and all that was made of it is gone again`],
  goOn: 'npx tsx run.ts --on-conflict skip --keep --from apply-manifest --resume',
}
const title = '日本語のマニフェストを適用する Apply coredns-日本語.yaml to the cluster'
const EVENTS: readonly Event[] = [
  {
    ...{ type: 'run-started', mode: 'run', run: 'r', target: 't' },
    steps: ['a', 'b', 'c', 'apply-manifest'].map((id) => ({
      id,
      title,
      list: 'chapter' as const,
      chapter: { section: '14.1', command: 'c' },
    })),
  },
  { type: 'step-started', step: 'a' },
  {
    ...{ type: 'step-measured', step: 'a', table: true, data: {} },
    lines: ['UDP/TCP  Service 10.32.0.10  10.200.0.2 on w0', 'w0       100%/100% 3 ms      100%/?'],
  },
  { type: 'step-satisfied', step: 'a', because: `${FILE} is there` },
  { type: 'step-started', step: 'b' },
  {
    ...{ type: 'step-planned', step: 'b' },
    changes: [
      {
        ...{ action: 'change', what: `configmap/${FILE}`, note: '説明'.repeat(20) },
        fields: [{ path: '.data.Corefile', from: 'a\n設定\n', to: `b\n${'設定'.repeat(60)}\n` }],
      },
    ],
  },
  { type: 'step-started', step: 'c' },
  { type: 'step-undone', step: 'c', undone: ['設定 '.repeat(40), 'b'] },
  { type: 'step-started', step: 'apply-manifest' },
  { type: 'step-progress', step: 'apply-manifest', text: '進行中 '.repeat(30) },
]
const ENDED: Extract<Event, { type: 'run-ended' }> = {
  ...{ type: 'run-ended', mode: 'run', outcome: 'failed', code: 1, durationMs: 9 },
  ledger: { reads: 1, dryRuns: 2, writes: 3, hostWrites: 4 },
  notes: ['Undo: npx tsx run.ts rollback', 'export KUBECONFIG=/var/x', '注意 '.repeat(40)],
}

test('no line of a failure, the list, the summary or an error is wider than the terminal', () => {
  for (let columns = 20; columns <= 200; columns += 1) {
    const record = openRecord(() => 0)
    for (const event of EVENTS) record.take(event)
    const look = { columns, color: false, verbose: true, now: 60_000, spinner: '⠋' }
    const lines = [
      ...boardLines(record, { ...look, over: false }),
      ...boardLines(record, { ...look, over: true }),
      ...failureBlock(FAILED, { mode: 'run', title, columns }),
      ...summaryLines(ENDED, record.steps, { columns }),
      ...describeError(new StepError(EXPLANATION), { verbose: true, columns }).split('\n'),
      ...describeError(new Error(FILE), { verbose: true, columns }).split('\n'),
    ]
    // A word of a command is left whole: the path of a program, an option's value.
    const wide = lines.filter((line) => widthOf(line) > columns && columns > 36)
    assert.deepEqual(wide, [], `${String(columns)} columns`)
  }
})

test('a folded command is the same to a shell', () => {
  const command = "kubectl -n 'my ns' get pods -o \"a b\" | grep -v 'x  y' > /tmp/out; echo a\\ b"
  for (let width = 10; width < 90; width += 1) {
    const lines = foldCommand(command, width, widthOf)
    assert.equal(lines.join('\n').replaceAll(/ \\\n +/g, ' '), command)
    for (const line of lines) {
      assert.ok(
        widthOf(line) <= width || line.trim().split(' ').length <= 3,
        `${String(width)}: ${line}`,
      )
    }
  }
})

test('a comment behind a command is folded to comments, as a shell ends one with its line', () => {
  const lines = foldCommand('  kubectl get pods # what it says there; the rest', 20, widthOf)
  assert.deepEqual(lines, ['  kubectl get pods', '  # what it says', '  # there; the rest'])
})

test('a locale without other letters gets marks of ASCII, each as wide as before', () => {
  for (const env of [{ LANG: 'C' }, { LANG: 'POSIX' }, { LC_ALL: 'C', LANG: 'en_US.UTF-8' }]) {
    assert.equal(isAsciiOnly(env), true)
  }
  for (const env of [
    {},
    { LANG: 'C.UTF-8' },
    { LC_CTYPE: 'UTF-8' },
    { LC_ALL: '', LANG: 'de_DE.utf8' },
  ]) {
    assert.equal(isAsciiOnly(env), false)
  }
  const text = '✔ a · b … ✖ ■ ❯ 3 → 2 “c” ⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏'
  assert.match(inAscii(text), /^[\x20-\x7e]+$/)
  assert.equal(widthOf(inAscii(text)), widthOf(text))
  assert.equal(inAscii('クラスタ'), 'クラスタ')
})
