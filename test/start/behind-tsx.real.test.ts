import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { nodeBehindTsx } from '../../lib/start/behind-tsx.ts'

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

/** A process of a Node that does or does not read TypeScript by itself. */
function processOf(execArgv: readonly string[], typescript: 'strip' | undefined) {
  const features = { typescript } as unknown as NodeJS.ProcessFeatures
  return { execArgv: [...execArgv], execPath: '/usr/bin/node', features }
}

const TSX = ['--require', '/home/me/node_modules/tsx/dist/preflight.cjs']
const HERE = fileURLToPath(import.meta.url)

test('behind tsx the same Node goes on without it, where it reads TypeScript by itself', () => {
  assert.equal(nodeBehindTsx(processOf(TSX, 'strip'), HERE), '/usr/bin/node')
})

test('behind tsx on Node 20 it is the Node that came with this program, and tsx where none did', () => {
  assert.equal(nodeBehindTsx(processOf(TSX, undefined), HERE), HERE)
  assert.equal(nodeBehindTsx(processOf(TSX, undefined), `${HERE}.absent`), undefined)
})

test('without tsx there is nothing to go on without', () => {
  assert.equal(nodeBehindTsx(processOf([], 'strip'), HERE), undefined)
})
