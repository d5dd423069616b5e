import assert from 'node:assert/strict'
import test, { after } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { StepTitle } from '../../lib/ports/events.ts'
import { openView } from '../../lib/view/open-view.ts'
import { fakeStream } from './fake-stream.ts'
import type { FakeStream } from './fake-stream.ts'
import { play } from './play.ts'
import type { Player } from './play.ts'
import { MANIFEST, STEPS, ended, started, step } from './runs.ts'
import { screenOf } from './screen.ts'

const SIZE = { columns: 80, rows: 24 }
const NARROW = { columns: 40, rows: 15 }

interface Live extends Player {
  readonly terminal: FakeStream
  readonly notice: (text: string) => void
}

/** The list is drawn again and again until it has ended: of a failed test it would keep the file waiting. */
const players = new Set<Player>()
after(() => Promise.all([...players].map(({ breakOff }) => breakOff())))

function live(
  more: { readonly clock?: () => Date; readonly color?: boolean } = {},
  size = SIZE,
): Live {
  const terminal = fakeStream(size)
  const view = openView({
    kind: 'live',
    out: terminal,
    err: terminal,
    verbose: false,
    color: false,
    ...more,
  })
  const player = play(view)
  players.add(player)
  return { ...player, terminal, notice: (text) => view.notice(text) }
}

/** The screen once `text` is on it; spinners, whose picture depends on the moment, become `*`. */
async function screenWith(terminal: FakeStream, text: string, size = SIZE): Promise<string> {
  for (let tries = 0; tries < 500; tries++) {
    const screen = screenOf(terminal.text(), size).lines.join('\n')
    if (screen.includes(text)) return `\n${screen.replace(/[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏]/g, '*')}\n`
    await sleep(10)
  }
  assert.fail(`never seen: ${text}\n${screenOf(terminal.text(), size).lines.join('\n')}`)
}

test('while the lab is worked on its steps are seen, with progress and waiting time', async () => {
  let seconds = 0
  const { terminal, feed, breakOff } = live({ clock: () => new Date(seconds * 1000) })
  await feed(started('run'))
  for (const event of step({ type: 'step-satisfied', step: 'check-machine', because: 'fit' })) {
    await feed(event)
  }
  await feed({ type: 'step-started', step: 'start-etcd' })
  await feed({ type: 'step-progress', step: 'start-etcd', text: 'one of three members' })
  const screen = await screenWith(terminal, 'one of three')
  assert.equal(
    screen,
    `
hardway · chapter 14 CoreDNS · target lab: 3 controllers, 3 workers

❯ Lab                              1 of 2
  ✔ Check this machine             fit
  * Start etcd on the controllers  one of three members
`,
  )
  seconds = 65
  const later = await screenWith(terminal, '(1 min 05 s)')
  assert.match(
    later,
    / {2}\* Start etcd on the controllers {2}one of three members {2}\(1 min 05 s\)\n$/,
  )
  await breakOff()
})

test('progress longer than the terminal is wide stays on its line', async () => {
  const { terminal, feed, breakOff } = live()
  await feed(started('run'))
  await feed({ type: 'step-started', step: 'download-manifest' })
  const text = `0.4 of 0.7 MB from ${'x'.repeat(200)}`
  await feed({ type: 'step-progress', step: 'download-manifest', text })
  const screen = await screenWith(terminal, '0.4 of')
  assert.equal(
    screen,
    `
hardway · chapter 14 CoreDNS · target lab: 3 controllers, 3 workers

* Download coredns.yaml            0.4 of 0.7 MB from xxxxxxxxxxxxxxxxxxxxxxx…
`,
  )
  await breakOff()
})

test('with forty steps on 24 lines the one being worked on is seen, and none is lost in the end', async () => {
  const { terminal, feed, breakOff } = live()
  const steps = Array.from({ length: 40 }, (_, i): StepTitle => {
    return { id: `step-${String(i)}`, title: `Step ${String(i)}`, list: 'chapter' }
  })
  await feed(started('run', steps))
  for (const { id } of steps.slice(0, 39)) {
    const done = { type: 'step-done', step: id, changes: MANIFEST, proof: 'done' } as const
    for (const event of step(done)) await feed(event)
  }
  await feed({ type: 'step-started', step: 'step-39' })
  const during = await screenWith(terminal, 'Step 39')
  assert.match(during, /✔ Step 38 {2}done\n\* Step 39\n$/)
  await feed({ type: 'step-satisfied', step: 'step-39', because: 'nothing to do' })
  await feed(ended('run', 'done'))
  await breakOff()
  const { lines } = screenOf(terminal.text(), SIZE)
  for (const { title } of steps.slice(0, 39)) {
    assert.equal(
      lines.filter((line) => line === `✔ ${title.padEnd(7)}  done`).length >= 1,
      true,
      title,
    )
  }
  assert.deepEqual(lines.slice(-3), [
    '✔ Step 39  nothing to do',
    '',
    'Proven in 13.2 s: 39 changed, 1 unchanged.',
  ])
})

test('what was measured stands below its step, and no wider than the terminal', async () => {
  const { terminal, feed, breakOff } = live()
  await feed(started('run', STEPS.slice(2)))
  await feed({ type: 'step-started', step: 'download-manifest' })
  const lines = ['UDP/TCP  Service', `worker0  100%/100% ${'x'.repeat(100)}`]
  await feed({ type: 'step-measured', step: 'download-manifest', lines, data: {} })
  await feed({ type: 'step-satisfied', step: 'download-manifest', because: 'all answered' })
  const screen = await screenWith(terminal, 'all answered')
  assert.equal(
    screen,
    `
hardway · chapter 14 CoreDNS · target lab: 3 controllers, 3 workers

✔ Download coredns.yaml      all answered
    UDP/TCP  Service
    worker0  100%/100%
    ${'x'.repeat(74)}
    ${'x'.repeat(26)}
`,
  )
  await breakOff()
})

test('a notice stands below the list and goes with it', async () => {
  const { terminal, feed, notice, breakOff } = live()
  await feed(started('run', STEPS.slice(2)))
  await feed({ type: 'step-started', step: 'download-manifest' })
  notice('Stopping; Ctrl-C again stops at once')
  const screen = await screenWith(terminal, 'Stopping')
  assert.equal(
    screen,
    `
hardway · chapter 14 CoreDNS · target lab: 3 controllers, 3 workers

* Download coredns.yaml
* Stopping; Ctrl-C again stops at once
`,
  )
  await feed({
    type: 'step-failed',
    step: 'download-manifest',
    explanation: { problem: 'interrupted by Ctrl-C', remedy: 'npx tsx run.ts' },
    undone: [],
    goOn: 'npx tsx run.ts',
    interrupted: true,
  })
  await feed(ended('run', 'interrupted', { durationMs: 800 }))
  await breakOff()
  const { lines, cursorShown } = screenOf(terminal.text(), SIZE)
  assert.equal(cursorShown, true)
  assert.deepEqual(lines, [
    'hardway · chapter 14 CoreDNS · target lab: 3 controllers, 3 workers',
    '',
    '■ Download coredns.yaml',
    '  problem   interrupted by Ctrl-C',
    '  undone    nothing: this step had changed nothing',
    '  go on     npx tsx run.ts',
    '',
    'Interrupted after 0.8 s: 1 interrupted, 2 not reached.',
  ])
})

test('a run that broke off without an end gives the terminal back', async () => {
  const { terminal, feed, breakOff } = live()
  await feed(started('run', STEPS.slice(2)))
  await feed({ type: 'step-started', step: 'download-manifest' })
  await screenWith(terminal, 'Download')
  await breakOff()
  const { lines, cursorShown } = screenOf(terminal.text(), SIZE)
  assert.equal(cursorShown, true)
  assert.equal(lines.at(-1), '■ Download coredns.yaml      not finished')
})

test('what others print while the list is drawn comes below it, unharmed', async () => {
  const { terminal, feed, breakOff } = live()
  await feed(started('run', STEPS.slice(2)))
  await feed({ type: 'step-started', step: 'download-manifest' })
  await screenWith(terminal, 'Download')
  terminal.write('a library warns\n')
  await feed({ type: 'step-satisfied', step: 'download-manifest', because: 'there' })
  await feed(ended('run', 'done'))
  await breakOff()
  assert.match(
    screenOf(terminal.text(), SIZE).lines.join('\n'),
    /✔ Download coredns\.yaml {6}there\n\na library warns\n/,
  )
})

test('without colour the list comes without colour codes; with colour what changed nothing stands back', async () => {
  // eslint-disable-next-line no-control-regex -- it is control characters that are looked for
  const codes = /\u001b\[[0-9;]*m/
  for (const color of [false, true]) {
    const { terminal, feed, breakOff } = live({ color })
    await feed(started('run', STEPS.slice(2)))
    const satisfied = {
      type: 'step-satisfied',
      step: 'apply-manifest',
      because: 'as wanted',
    } as const
    for (const event of step(satisfied)) await feed(event)
    await feed(ended('run', 'done'))
    await breakOff()
    assert.equal(codes.test(terminal.text()), color)
    const dim = '\u001b[2m✔\u001b[22m \u001b[2mApply coredns.yaml       \u001b[22m'
    assert.equal(terminal.text().includes(dim), color)
  }
})

test('a terminal that tells no width gets plain lines', async () => {
  const terminal = fakeStream({ columns: 0, rows: 0 })
  const view = openView({ kind: 'live', out: terminal, err: terminal, verbose: false, color: true })
  view.sink(started('run', STEPS.slice(2)))
  await view.close()
  assert.equal(
    terminal.text(),
    'hardway · chapter 14 CoreDNS · target lab: 3 controllers, 3 workers\n',
  )
})

test('wide letters on a narrow terminal: each line fits, and is drawn again in its place', async () => {
  const { terminal, feed } = live({}, NARROW)
  await feed(started('run', [{ id: 'put', title: '設定', list: 'chapter' }]))
  await feed({ type: 'step-started', step: 'put' })
  const listWith = async (text: string): Promise<string[]> =>
    (await screenWith(terminal, text, NARROW)).trimEnd().split('\n').slice(4)
  for (const [path, shown] of [
    ['/home/利用者/クラスタ設定/own.yaml', '/home/利用者/クラスタ設定/own…'],
    ['コアDNSの設定ファイルを書き込んでいます', 'コアDNSの設定ファイルを書き込…'],
    ['🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂', '🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂…'],
    ['x\u0301 au lait', 'x\u0301 au lait'],
  ] as const) {
    await feed({ type: 'step-progress', step: 'put', text: path })
    assert.deepEqual(await listWith(shown), [`* 設定  ${shown}`])
  }
  const proof = '/home/利用者/クラスタ設定/own.yaml は正しい'
  await feed({ type: 'step-done', step: 'put', changes: MANIFEST, proof })
  await feed(ended('run', 'done'))
  assert.deepEqual(await listWith('Proven'), [
    '✔ 設定  /home/利用者/クラスタ設',
    '        定/own.yaml は正しい',
    '',
    'Proven in 13.2 s: 1 changed.',
  ])
})

test('beside long titles a short one on a narrow terminal still shows how far it is', async () => {
  const { terminal, feed } = live({}, NARROW)
  const long = {
    id: 'long',
    title: 'Install the programs of the controllers',
    list: 'lab',
  } as const
  await feed(started('run', [long, ...STEPS]))
  await feed({ type: 'step-started', step: 'long' })
  const screen = await screenWith(terminal, 'Install', NARROW)
  assert.match(screen, /❯ Lab {25}0 of 3\n {2}\* Install the programs of the contr…\n$/)
})
