import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const BUSY = fileURLToPath(new URL('./busy-program.ts', import.meta.url))
const BIN = fileURLToPath(new URL('../../node_modules/.bin', import.meta.url))

/** Has tsx run it in a process group of its own; sends the signal when the program is busy, and waits for all to end. */
async function signalled(signal: NodeJS.Signals, to: 'all' | 'tsx alone') {
  const child = spawn('tsx', [BUSY], {
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, PATH: `${BIN}:${process.env['PATH'] ?? ''}` },
  })
  const pid = child.pid ?? 0
  let said = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const first = said === ''
    said += text
    if (first) process.kill(to === 'all' ? -pid : pid, signal)
  })
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, said }
}

for (const to of ['all', 'tsx alone'] as const) {
  for (const [signal, code] of [['SIGINT', 130] as const, ['SIGTERM', 143] as const]) {
    test(`a program that is busy when ${signal} comes to ${to} ends in its own time, and its code is told`, async () => {
      const ended = await signalled(signal, to)
      assert.deepEqual(ended, { code, said: `busy\nin order after ${signal}\n` })
    })
  }
}
