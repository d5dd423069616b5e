import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import { test } from 'node:test'
import { type SignalSource, interruptible } from '../../lib/cli/signals.ts'
import { InterruptedError } from '../../lib/core/errors.ts'

function source() {
  const emitter = new EventEmitter()
  const exits: number[] = []
  const fake: SignalSource = {
    on: (event, listener) => emitter.on(event, listener),
    off: (event, listener) => emitter.off(event, listener),
    exit: (code) => exits.push(code),
  }
  return { emitter, exits, fake }
}

for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  test(`the first ${name} aborts with an InterruptedError and ends nothing`, () => {
    const { emitter, exits, fake } = source()
    const told: string[] = []
    const { signal } = interruptible(fake, 'run --resume', (one) => told.push(one))
    emitter.emit(name)
    assert.ok(signal.reason instanceof InterruptedError)
    assert.deepEqual(
      [signal.reason.signal, signal.reason.explanation.remedy],
      [name, 'run --resume'],
    )
    assert.deepEqual([exits, told], [[], [name]])
  })
}

test('a second Ctrl-C ends the process at once; a second SIGTERM or SIGHUP does not', () => {
  const { emitter, exits, fake } = source()
  let time = 0
  interruptible(fake, '', undefined, () => time)
  emitter.emit('SIGTERM')
  time = 2_000
  emitter.emit('SIGTERM')
  emitter.emit('SIGHUP')
  assert.deepEqual(exits, [])
  emitter.emit('SIGINT')
  assert.deepEqual(exits, [130])
})

test('one Ctrl-C that npx and tsx pass on once more is still one', () => {
  const { emitter, exits, fake } = source()
  let time = 0
  interruptible(fake, '', undefined, () => time)
  emitter.emit('SIGINT')
  time = 40
  emitter.emit('SIGINT')
  emitter.emit('SIGINT')
  assert.deepEqual(exits, [])
  time = 900
  emitter.emit('SIGINT')
  assert.deepEqual(exits, [130])
})

test('stop takes every handler away again', () => {
  const { emitter, fake } = source()
  interruptible(fake, '').stop()
  assert.deepEqual(emitter.eventNames(), [])
})
