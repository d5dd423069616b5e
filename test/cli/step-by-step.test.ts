import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { test } from 'node:test'
import { InputError } from '../../lib/core/errors.ts'
import { chapterSteps } from '../../steps/chapter.ts'
import { labSteps } from '../../steps/lab.ts'
import { LESSONS } from '../../steps/lessons.ts'
import { labOf } from '../../lib/lab/layout.ts'
import { type ReadingAlong, stepByStep } from '../../lib/cli/step-by-step.ts'
import { asWritten } from '../../lib/words/say.ts'
import { loadInventory } from '../../lib/inventory/load.ts'
import { PROJECT } from '../fakes/lab-world.ts'

const inventory = await loadInventory(`${PROJECT}inventory.yaml`)
const image = () => Promise.resolve('busybox:1.28')
const LAB = labSteps(labOf(inventory))
const places = { path: 'coredns.yaml', kept: 'coredns.yaml', image, probes: image }
const CHAPTER = chapterSteps({ inventory, ...places })
const [first] = CHAPTER

/** Reads one step along with these answers, each given when it is asked for; then the input ends. */
async function readAlong(answers: readonly string[], but: Partial<ReadingAlong> = {}) {
  const said: string[] = []
  const done: string[] = []
  const input = new PassThrough()
  const left = [...answers]
  const output = new PassThrough().on('data', (text: Buffer) => {
    if (!text.toString().includes('q stop')) return
    const answer = left.shift()
    if (answer === undefined) input.end()
    else input.write(`${answer}\n`)
  })
  const asked = stepByStep({
    ...{ input, output, hosts: ['w0'], columns: () => 40 },
    show: async (text) => void said.push(text),
    say: asWritten,
    signal: new AbortController().signal,
    lesson: () => 'why it is done, in words that are longer than the line',
    more: () => 'what rollback does',
    shell: async (host) => void done.push(`shell ${host}`),
    quit: ({ id }) => void done.push(`quit before ${id}`),
    ...but,
  })
  assert.ok(first)
  await asked(first)
  return { said, done }
}

test('every step of the lab and the chapter has a lesson, and every lesson a step', () => {
  const ids = [...LAB, ...CHAPTER].map(({ id }) => id)
  assert.deepEqual(Object.keys(LESSONS), ids)
})

test("before its turn a step shows the chapter's command and its lesson; Enter goes on", async () => {
  const { said, done } = await readAlong([''])
  assert.deepEqual(done, [])
  assert.equal(said.length, 1)
  assert.match(
    said[0] ?? '',
    /^\nDownload coredns\.yaml\n {2}\$ curl .*\n\nwhy it is done, in words that are longer\nthan the line$/,
  )
})

test('e explains more, and asks again', async () => {
  const { said } = await readAlong(['e', ''])
  assert.equal(said[1], '\nwhat rollback does')
})

test('s opens a shell on the host that is named, and asks for one where none is', async () => {
  const { said, done } = await readAlong(['s', 's w0', ''])
  assert.equal(said[1], 'a shell where? s w0')
  assert.deepEqual(done, ['shell w0'])
})

test('a host that is not there yet is told, and the step can still be gone on with', async () => {
  const shell = () => Promise.reject(new InputError({ problem: 'the lab is not up', remedy: '' }))
  const { said, done } = await readAlong(['s w0', ''], { shell })
  assert.deepEqual([said[1], done], ['the lab is not up', []])
})

test('on a cluster of the user there is no shell to open', async () => {
  const { said } = await readAlong(['s', ''], { hosts: [] })
  assert.match(said[1] ?? '', /^only a lab has shells/)
})

test('q, and the end of the input, end the run before the step', async () => {
  assert.deepEqual((await readAlong(['q'])).done, ['quit before download-manifest'])
  assert.deepEqual((await readAlong([])).done, ['quit before download-manifest'])
})

test('a run that is to stop is not kept waiting for an answer', async () => {
  const { said, done } = await readAlong([], { signal: AbortSignal.abort() })
  assert.deepEqual([said, done], [[], []])
})
