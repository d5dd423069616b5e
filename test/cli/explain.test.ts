import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { explained as explainedBy } from '../../lib/cli/explain.ts'
import { InputError } from '../../lib/core/errors.ts'
import type { Inventory } from '../../lib/inventory/inventory.ts'
import { RULES } from '../../lib/diagnosis/rank.ts'
import { loadInventory } from '../../lib/inventory/load.ts'
import { labWorld, PROJECT } from '../fakes/lab-world.ts'
import { listsOf } from '../laws/scenario.ts'
import { LESSONS } from '../../steps/lessons.ts'

type Asked = Parameters<typeof explainedBy>
const explained = (...of: readonly [Asked[0], Asked[1]]) =>
  explainedBy(...of, { program: 'npx tsx run.ts' })

const LAB = await loadInventory(`${PROJECT}inventory.yaml`)
const REAL: Inventory = {
  ...LAB,
  target: { kind: 'cluster', kubeconfig: '/home/me/.kube/config', context: 'mine' },
}

/** The chapter's steps in its order; the lab's come before. */
const CHAPTER: readonly string[] = listsOf(labWorld())
  .filter(({ name }) => name === 'chapter')
  .flatMap(({ steps }) => steps.map(({ id }) => id))

/** The ids in the table, in its order. */
function idsIn(text: string): readonly string[] {
  return [...text.matchAll(/^ {2}([a-z][a-z-]*) /gm)].map(([, id = '']) => id)
}

test('steps lists the lab first, then the chapter, each in its order', () => {
  const { text, json } = explained({ command: 'steps' }, LAB)
  const ids = idsIn(text)
  assert.equal(text.split('\n')[0], 'The lab (the chapters before)')
  assert.deepEqual(ids.slice(-CHAPTER.length), CHAPTER)
  assert.equal(ids[0], 'check-machine')
  const { steps } = json as { steps: { id: string; list: string }[] }
  assert.deepEqual(
    steps.map(({ id }) => id),
    ids,
  )
  assert.deepEqual(new Set(steps.map(({ list }) => list)), new Set(['lab', 'chapter']))
})

test('on a narrow terminal title and command stand below the id', () => {
  const { text } = explainedBy({ command: 'steps' }, REAL, { program: 'x', columns: 40 })
  assert.deepEqual(text.split('\n').slice(4, 7), [
    '  apply-manifest',
    '    Apply coredns.yaml',
    '    $ kubectl apply -f coredns.yaml',
  ])
})

test('steps of a real cluster are those of the chapter alone', () => {
  const { text } = explained({ command: 'steps' }, REAL)
  assert.equal(text.split('\n')[0], 'Chapter 14, CoreDNS')
  assert.deepEqual(idsIn(text), CHAPTER)
})

test('each step stands with its title, and with the command of the chapter below', () => {
  const lines = explained({ command: 'steps' }, REAL).text.split('\n')
  assert.deepEqual(lines.slice(3, 5), [
    '  apply-manifest        Apply coredns.yaml',
    '                        $ kubectl apply -f coredns.yaml',
  ])
})

test('explain tells of one step what it stands for, when it is satisfied and what undoes it', () => {
  const { text, json } = explained({ command: 'explain', id: 'download-manifest' }, LAB)
  assert.equal(
    text,
    [
      'Download coredns.yaml (download-manifest)',
      '',
      LESSONS['download-manifest'],
      '',
      `  chapter 14.1   curl -o coredns.yaml ${LAB.manifest.url}`,
      '  satisfied      the file has the pinned sha256',
      '  undo           the earlier file is put back, or none where there was none',
      '',
      '  only this step: npx tsx run.ts --only download-manifest',
    ].join('\n'),
  )
  assert.deepEqual(json, {
    v: 1,
    id: 'download-manifest',
    title: 'Download coredns.yaml',
    chapter: { section: '14.1', command: `curl -o coredns.yaml ${LAB.manifest.url}` },
    about: {
      satisfied: 'the file has the pinned sha256',
      undo: 'the earlier file is put back, or none where there was none',
    },
    lesson: LESSONS['download-manifest'],
  })
})

test('every listed step can be explained, and lacks nothing', () => {
  for (const id of idsIn(explained({ command: 'steps' }, LAB).text)) {
    const { text } = explained({ command: 'explain', id }, LAB)
    assert.match(
      text,
      /^\S.* \([a-z-]+\)\n\n\S.{60,}\n\n {2}chapter \S+ +\S.*\n {2}satisfied +\S.*\n {2}undo +\S/,
    )
  }
})

test('a step that only looks says so', () => {
  const { text } = explained({ command: 'explain', id: 'pod-name' }, LAB)
  assert.ok(text.includes('  undo           nothing to undo: it only looks\n'))
})

test('an unknown step is refused with all there are, the nearest first', () => {
  const refused = (error: unknown): boolean => {
    assert.ok(error instanceof InputError)
    const { problem, seen = [], remedy } = error.explanation
    const [named = '', ...others] = seen
    assert.deepEqual(
      { problem, remedy, others },
      {
        problem: 'there is no step "pod-nam"',
        remedy: 'npx tsx run.ts steps\n# shows what each of them does',
        others: [],
      },
    )
    const names = named.replace('known steps, nearest first: ', '').split(', ')
    assert.equal(names[0], 'pod-name')
    assert.deepEqual(names.toSorted(), CHAPTER.toSorted())
    return error.message === problem
  }
  assert.throws(() => explained({ command: 'explain', id: 'pod-nam' }, REAL), refused)
})

test("a real cluster has no step of the lab's", () => {
  assert.throws(() => explained({ command: 'explain', id: 'check-machine' }, REAL), {
    message: 'there is no step "check-machine"',
  })
})

test('the command for one step names the inventory that was asked about', () => {
  const request = { command: 'explain', id: 'pod-name' } as const
  const { text } = explainedBy(request, LAB, { program: 'npx tsx run.ts --inventory other.yaml' })
  assert.match(text, /npx tsx run\.ts --inventory other\.yaml --only pod-name$/)
})

test('explain prints a failure by its code, in either case, as plain text for a terminal', () => {
  const { text, json } = explained({ command: 'explain', id: 'e3' }, REAL)
  const lines = text.split('\n')
  assert.deepEqual(lines.slice(0, 2), ['E3: Missing pod route', ''])
  assert.deepEqual(
    lines.slice(2).map((line) => line.slice(0, 20)),
    [
      '  What you see      ',
      '  How it is proven  ',
      '  Cure              ',
      '  Try it            ',
    ],
  )
  assert.match(text, / {2}How it is proven {2}A host’s “ip route” lacks /)
  assert.equal(lines.at(-1), '  Try it            npx tsx run.ts lab break missing-route')
  assert.deepEqual(Object.keys(json), ['v', 'code', 'name', 'symptom', 'proof', 'cure', 'fault'])
  assert.equal((json as { fault: string }).fault, 'missing-route')
})

test('what explain prints of a failure is what docs/failures.md has in Markdown', async () => {
  const { proof } = explained({ command: 'explain', id: 'E3' }, LAB).json as { proof: string }
  const docs = await readFile(`${PROJECT}docs/failures.md`, 'utf8')
  assert.ok(docs.includes(`\n### E3: Missing pod route\n`))
  assert.ok(docs.includes(`\n- **How it is proven:** ${proof}\n`))
  assert.ok(docs.includes('\n- **Try it:** `npx tsx run.ts lab break missing-route`\n'))
})

test('no failure is printed with marks of Markdown, or wider than the terminal', () => {
  for (const { code } of RULES) {
    const request = { command: 'explain', id: code } as const
    const { text } = explainedBy(request, LAB, { program: 'npx tsx run.ts', columns: 80 })
    assert.doesNotMatch(text, /`|\*\*|^#/m)
    for (const line of text.split('\n')) assert.ok(line.length <= 80, line)
  }
})

test('the command that tries a failure names the inventory that was asked about', () => {
  const request = { command: 'explain', id: 'E3' } as const
  const { text } = explainedBy(request, LAB, { program: 'npx tsx run.ts --inventory other.yaml' })
  assert.match(text, / npx tsx run\.ts --inventory other\.yaml lab break missing-route$/)
})

test('an unknown code is refused with the nearest of those there are', () => {
  assert.throws(() => explained({ command: 'explain', id: 'e33' }, LAB), {
    name: 'InputError',
    message: 'there is no failure "E33"',
    explanation: {
      problem: 'there is no failure "E33"',
      seen: ['the codes nearest to it: E3, A3, A13, A23, B3'],
      remedy: 'docs/failures.md has all of them',
    },
  })
})
