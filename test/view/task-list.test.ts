import assert from 'node:assert/strict'
import test from 'node:test'
import type { Task } from '../../lib/ports/task-runner.ts'
import { openView } from '../../lib/view/open-view.ts'
import type { ViewKind } from '../../lib/view/choose-view.ts'
import { fakeStream } from './fake-stream.ts'
import { STEPS } from './runs.ts'

const KINDS: readonly ViewKind[] = ['live', 'plain', 'json']

/** Runs a task for each step as a run of that kind of view does; what began and ended is noted. */
async function runTasks(kind: ViewKind, failing: Readonly<Record<string, Error>>) {
  const noted: string[] = []
  const terminal = fakeStream({ columns: 80, rows: 24 })
  const view = openView({ kind, out: terminal, err: terminal, verbose: false, color: false })
  const tasks = STEPS.map((step): Task => ({
    ...step,
    async run() {
      noted.push(`${step.id} begins`)
      await Promise.resolve()
      const error = failing[step.id]
      if (error !== undefined) throw error
      noted.push(`${step.id} ends`)
    },
  }))
  const error: unknown = await view.runTasks(tasks).then(
    () => null,
    (reason: unknown) => reason,
  )
  await view.close()
  return { noted, error, text: terminal.text() }
}

for (const kind of KINDS) {
  test(`listr2 runs the tasks in their order, one at a time: ${kind}`, async () => {
    const { noted, error } = await runTasks(kind, {})
    assert.deepEqual(
      noted,
      STEPS.flatMap(({ id }) => [`${id} begins`, `${id} ends`]),
    )
    assert.equal(error, null)
  })

  for (const [i, { id, list }] of STEPS.entries()) {
    test(`a task that fails ends the list, and its error is told: ${kind}, ${list}/${id}`, async () => {
      const broken = new Error('broken')
      const { noted, error } = await runTasks(kind, { [id]: broken })
      assert.equal(error, broken)
      const before = STEPS.slice(0, i).flatMap((step) => [`${step.id} begins`, `${step.id} ends`])
      assert.deepEqual(noted, [...before, `${id} begins`])
    })
  }

  test(`no signal is taken from the caller: ${kind}`, async () => {
    const before = process.listenerCount('SIGINT')
    const running = runTasks(kind, {})
    assert.equal(process.listenerCount('SIGINT'), before)
    await running
    assert.equal(process.listenerCount('SIGINT'), before)
  })
}

test('what is not a terminal gets nothing of the list itself', async () => {
  assert.equal((await runTasks('plain', {})).text, '')
  assert.equal((await runTasks('json', {})).text, '')
})

test('a fault of the drawing does not disturb the run, and is told at the end', async () => {
  const terminal = fakeStream({ columns: 80, rows: 24 })
  let ran = 0
  const view = openView({
    kind: 'live',
    out: terminal,
    err: terminal,
    verbose: false,
    color: false,
    clock: () => {
      throw new Error('no time')
    },
  })
  const run = async (): Promise<void> => {
    ran++
  }
  await view.runTasks(STEPS.map((step) => ({ ...step, run })))
  await view.close()
  assert.equal(ran, STEPS.length)
  assert.match(terminal.text(), /This is a bug in hardway: Error: no time/)
})
