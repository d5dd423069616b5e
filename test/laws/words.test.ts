import assert from 'node:assert/strict'
import { test } from 'node:test'
import ts from 'typescript'
import { faultSteps } from '../../steps/faults.ts'
import { LESSONS } from '../../steps/lessons.ts'
import { CATALOGUE } from '../../lib/words/ja/ja.ts'
import { LESSONS as JA_LESSONS } from '../../lib/words/ja/lessons.ts'
import { STEPS } from '../../lib/words/ja/steps.ts'
import { VALUE } from '../../lib/words/say.ts'
import { labWorld } from '../fakes/lab-world.ts'
import { listsOf } from './scenario.ts'
import { mustBeInCatalogue, mustBeSaid, mustBeUsed, sentencesIn } from './words.ts'

const WORLD = labWorld()
const SHOWN = listsOf(WORLD).flatMap(({ steps }) => steps)
const BROKEN = faultSteps(WORLD)

test('what a step is called, when it has nothing to do and what undo does is there in Japanese', () => {
  const texts = SHOWN.flatMap(({ title, about }) => [title, about.satisfied, about.undo])
  mustBeSaid(texts, 'steps.ts')
  // What a step is called where the manifest is the user's own, or the target is.
  const elsewhere = [
    'Copy coredns.yaml',
    "two small pods run on every worker, whatever its taints: one asks names, one sees the worker's routes and settings",
  ]
  mustBeUsed(STEPS, [...texts, ...elsewhere], 'steps.ts')
})

test('every lesson is there in Japanese', () => {
  mustBeSaid(Object.values(LESSONS), 'lessons.ts')
  mustBeUsed(JA_LESSONS, Object.values(LESSONS), 'lessons.ts')
})

test('every fault is there in Japanese, with what it requires', () => {
  mustBeSaid(
    BROKEN.flatMap(({ title, about }) => [title, about.satisfied]),
    'faults.ts',
  )
  const required = BROKEN.map(({ about }) => about.satisfied.replace(/^.* it requires /, ''))
  mustBeSaid(required, 'faults.ts')
})

test('what the program says to a reader by itself is there in Japanese', () => {
  const said = sentencesIn('lib/{cli,view}/**/*.ts', (node, file) =>
    ts.isCallExpression(node) && node.expression.getText(file) === 'say'
      ? (node.arguments[0] ?? null)
      : null,
  )
  assert.ok(said.length > 15, 'the code is read as it is written')
  mustBeInCatalogue(said, 'board.ts or learning.ts')
})

test('what a step says of its own failures is there in Japanese', () => {
  const told = sentencesIn('{steps,lib/{dns,step-kinds,lab,faults}}/**/*.ts', (node, file) =>
    ts.isPropertyAssignment(node) && ['problem', 'cause'].includes(node.name.getText(file))
      ? node.initializer
      : null,
  )
  assert.ok(told.length > 40, 'the code is read as it is written')
  mustBeInCatalogue(told, 'problems.ts or lab-problems.ts')
})

test('a Japanese text has the values of the English one, and no other', () => {
  const values = (text: string): readonly string[] =>
    [...text.matchAll(VALUE)].map(([value]) => value).toSorted()
  for (const phrases of CATALOGUE) {
    for (const [english, text] of Object.entries(phrases)) {
      assert.deepEqual(values(text), values(english), english)
      assert.equal(new Set(values(english)).size, values(english).length, english)
    }
  }
})

test('a command in a Japanese text can be pasted: no letter stands right behind it', () => {
  const texts = CATALOGUE.flatMap((phrases) => Object.values(phrases))
  const joined = texts.filter((text) => /\{(?:command|next)…\}[ a-z-]*[^ a-z\n-]/.test(text))
  assert.deepEqual(joined, [])
})

test('no English text is said in two ways', () => {
  const all = CATALOGUE.flatMap((phrases) => Object.keys(phrases))
  assert.deepEqual(
    all.filter((english, i) => all.indexOf(english) !== i),
    [],
  )
})
