import assert from 'node:assert/strict'
import test, { after } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { StepTitle } from '../../lib/ports/events.ts'
import { openView } from '../../lib/view/open-view.ts'
import type { View } from '../../lib/view/view.ts'
import { fakeStream } from './fake-stream.ts'
import type { FakeStream } from './fake-stream.ts'
import { MANIFEST, STEPS, ended, started, step } from './runs.ts'
import { screenOf } from './screen.ts'

const SIZE = { columns: 80, rows: 24 }

interface Live {
  readonly terminal: FakeStream
  readonly view: View
}

/** The list is drawn again and again until it is closed: of a failed test it would keep the file waiting. */
const views = new Set<View>()
after(() => Promise.all([...views].map((view) => view.close())))

function live(more: { readonly clock?: () => Date; readonly color?: boolean } = {}): Live {
  const terminal = fakeStream(SIZE)
  const view = openView({
    kind: 'live',
    out: terminal,
    err: terminal,
    verbose: false,
    color: false,
    ...more,
  })
  views.add(view)
  return { terminal, view }
}

/** The screen once `text` is on it; spinners, whose picture depends on the moment, become `*`. */
async function screenWith(terminal: FakeStream, text: string): Promise<string> {
  for (let tries = 0; tries < 500; tries++) {
    const screen = screenOf(terminal.text(), SIZE).lines.join('\n')
    if (screen.includes(text)) return `\n${screen.replace(/[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏]/g, '*')}\n`
    await sleep(10)
  }
  assert.fail(`never seen: ${text}\n${screenOf(terminal.text(), SIZE).lines.join('\n')}`)
}

test('while the lab is worked on its steps are seen, with progress and waiting time', async () => {
  let seconds = 0
  const { terminal, view } = live({ clock: () => new Date(seconds * 1000) })
  view.sink(started('run'))
  for (const event of step({ type: 'step-satisfied', step: 'check-machine', because: 'fit' })) {
    view.sink(event)
  }
  view.sink({ type: 'step-started', step: 'start-etcd' })
  view.sink({ type: 'step-progress', step: 'start-etcd', text: 'one of three members' })
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
  await view.close()
})

test('progress longer than the terminal is wide stays on its line', async () => {
  const { terminal, view } = live()
  view.sink(started('run'))
  view.sink({ type: 'step-started', step: 'download-manifest' })
  const text = `0.4 of 0.7 MB from ${'x'.repeat(200)}`
  view.sink({ type: 'step-progress', step: 'download-manifest', text })
  const screen = await screenWith(terminal, '0.4 of')
  assert.equal(
    screen,
    `
hardway · chapter 14 CoreDNS · target lab: 3 controllers, 3 workers

* Download coredns.yaml            0.4 of 0.7 MB from xxxxxxxxxxxxxxxxxxxxxxx…
`,
  )
  await view.close()
})

test('with forty steps on 24 lines the one being worked on is seen, and none is lost in the end', async () => {
  const { terminal, view } = live()
  const steps = Array.from({ length: 40 }, (_, i): StepTitle => {
    return { id: `step-${String(i)}`, title: `Step ${String(i)}`, list: 'chapter' }
  })
  view.sink(started('run', steps))
  for (const { id } of steps.slice(0, 39)) {
    const done = { type: 'step-done', step: id, changes: MANIFEST, proof: 'done' } as const
    for (const event of step(done)) view.sink(event)
  }
  view.sink({ type: 'step-started', step: 'step-39' })
  const during = await screenWith(terminal, 'Step 39')
  assert.match(during, /✔ Step 38 {2}done\n\* Step 39\n$/)
  view.sink({ type: 'step-satisfied', step: 'step-39', because: 'nothing to do' })
  view.sink(ended('run', 'done'))
  await view.close()
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

test('what was measured stands below its step, clipped to the width', async () => {
  const { terminal, view } = live()
  view.sink(started('run', STEPS.slice(2)))
  view.sink({ type: 'step-started', step: 'download-manifest' })
  const lines = ['UDP/TCP  Service', `worker0  100%/100% ${'x'.repeat(100)}`]
  view.sink({ type: 'step-measured', step: 'download-manifest', lines, data: {} })
  view.sink({ type: 'step-satisfied', step: 'download-manifest', because: 'all answered' })
  const screen = await screenWith(terminal, 'all answered')
  assert.equal(
    screen,
    `
hardway · chapter 14 CoreDNS · target lab: 3 controllers, 3 workers

✔ Download coredns.yaml      all answered
    UDP/TCP  Service
    worker0  100%/100% ${'x'.repeat(54)}…
`,
  )
  await view.close()
})

test('a notice stands below the list and goes with it', async () => {
  const { terminal, view } = live()
  view.sink(started('run', STEPS.slice(2)))
  view.sink({ type: 'step-started', step: 'download-manifest' })
  view.notice('Stopping; Ctrl-C again stops at once')
  const screen = await screenWith(terminal, 'Stopping')
  assert.equal(
    screen,
    `
hardway · chapter 14 CoreDNS · target lab: 3 controllers, 3 workers

* Download coredns.yaml
* Stopping; Ctrl-C again stops at once
`,
  )
  view.sink(ended('run', 'interrupted', { durationMs: 800 }))
  await view.close()
  const { lines, cursorShown } = screenOf(terminal.text(), SIZE)
  assert.equal(cursorShown, true)
  assert.deepEqual(lines, [
    'hardway · chapter 14 CoreDNS · target lab: 3 controllers, 3 workers',
    '',
    '■ Download coredns.yaml      interrupted',
    '',
    'Interrupted after 0.8 s: 3 not reached.',
  ])
})

test('a run that broke off without an end gives the terminal back', async () => {
  const { terminal, view } = live()
  view.sink(started('run', STEPS.slice(2)))
  view.sink({ type: 'step-started', step: 'download-manifest' })
  await screenWith(terminal, 'Download')
  await view.close()
  const { lines, cursorShown } = screenOf(terminal.text(), SIZE)
  assert.equal(cursorShown, true)
  assert.equal(lines.at(-1), '■ Download coredns.yaml      not finished')
})

test('what others print while the list is drawn comes below it, unharmed', async () => {
  const { terminal, view } = live()
  view.sink(started('run', STEPS.slice(2)))
  view.sink({ type: 'step-started', step: 'download-manifest' })
  await screenWith(terminal, 'Download')
  terminal.write('a library warns\n')
  view.sink({ type: 'step-satisfied', step: 'download-manifest', because: 'there' })
  view.sink(ended('run', 'done'))
  await view.close()
  assert.match(
    screenOf(terminal.text(), SIZE).lines.join('\n'),
    /✔ Download coredns\.yaml {6}there\n\na library warns\n/,
  )
})

test('without colour the list comes without colour codes; with colour what changed nothing stands back', async () => {
  // eslint-disable-next-line no-control-regex -- it is control characters that are looked for
  const codes = /\u001b\[[0-9;]*m/
  for (const color of [false, true]) {
    const { terminal, view } = live({ color })
    view.sink(started('run', STEPS.slice(2)))
    const satisfied = {
      type: 'step-satisfied',
      step: 'apply-manifest',
      because: 'as wanted',
    } as const
    for (const event of step(satisfied)) view.sink(event)
    view.sink(ended('run', 'done'))
    await view.close()
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
