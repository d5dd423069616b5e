import assert from 'node:assert/strict'
import { test } from 'node:test'
import ts from 'typescript'
import { jsonSchemaText } from '../../lib/inventory/json-schema.ts'
import { faultSteps } from '../../steps/faults.ts'
import { LESSONS } from '../../steps/lessons.ts'
import { describeSource } from '../../lib/supply/programs/cache.ts'
import { CATALOGUE, ja } from '../../lib/words/ja/ja.ts'
import { LESSONS as JA_LESSONS } from '../../lib/words/ja/lessons.ts'
import { STEPS } from '../../lib/words/ja/steps.ts'
import { VALUE } from '../../lib/words/say.ts'
import { labWorld } from '../fakes/lab-world.ts'
import { listsOf } from './scenario.ts'
import { mustBeInCatalogue, mustBeSaid, mustBeUsed, sentencesIn, withoutCommands } from './words.ts'

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
  const said = sentencesIn('lib/{cli,view,steady,report}/**/*.ts', (node, file) =>
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

test('what to do about a failure is there in Japanese', () => {
  const told = sentencesIn(
    '{steps,lib/{core,dns,step-kinds,lab,faults,kube-client}}/**/*.ts',
    (node, file) =>
      ts.isPropertyAssignment(node) && node.name.getText(file) === 'remedy'
        ? node.initializer
        : null,
  )
  assert.ok(told.length > 60, 'the code is read as it is written')
  mustBeInCatalogue(withoutCommands(told), 'problems.ts, lab-problems.ts or api-servers.ts')
})

test('what an API server refuses or does not answer is there in Japanese', () => {
  const told = sentencesIn('lib/kube-client/**/*.ts', (node, file) =>
    ts.isPropertyAssignment(node) && ['problem', 'cause', 'says'].includes(node.name.getText(file))
      ? node.initializer
      : null,
  )
  assert.ok(told.length > 60, 'the code is read as it is written')
  mustBeInCatalogue(told, 'api-servers.ts or kubeconfigs.ts')
})

test('how far a step is, is there in Japanese', () => {
  const told = sentencesIn(
    '{steps/{lab,coredns},lib/{dns,lab,supply,faults,step-kinds}}/**/*.ts',
    (node, file) => {
      if (ts.isPropertyAssignment(node) && node.name.getText(file) === 'missing')
        return node.initializer
      const isProgress =
        ts.isCallExpression(node) && /^(?:ctx\.)?progress$/.test(node.expression.getText(file))
      return isProgress ? (node.arguments[0] ?? null) : null
    },
  )
  assert.ok(told.length > 30, 'the code is read as it is written')
  mustBeInCatalogue(told, 'progress.ts')
})

test('what is refused before anything is done is there in Japanese, and what to do then', () => {
  const files = [
    'lib/command-line/*',
    'lib/cli/{compare-command,exercise-commands,fault-commands,inventory-file,lab-restart,lab-shell,main,step-by-step}',
    'lib/{engine/refusals,lab/not-up,lab/machine-checks,state/{lock,new-file,report-folder}}',
    'lib/inventory/*',
    'lib/kube-client/kubeconfig',
  ]
  const told = sentencesIn(`{${files.join(',')}}.ts`, (node, file) =>
    ts.isPropertyAssignment(node) &&
    ['problem', 'cause', 'remedy'].includes(node.name.getText(file))
      ? node.initializer
      : null,
  )
  assert.ok(told.length > 90, 'the code is read as it is written')
  mustBeInCatalogue(withoutCommands(told), 'refusals.ts, inventory.ts or learning.ts')
})

test('what a key of the inventory is for is there in Japanese', () => {
  const described = jsonSchemaText().matchAll(/"description": ("(?:[^"\\]|\\.)*")/g)
  const texts = [...described].map(([, text = '']) => JSON.parse(text) as string)
  const forKeys = texts.filter((text) => text !== 'The hosts, networks and limits of a run.')
  assert.ok(forKeys.length > 30)
  mustBeSaid(forKeys, 'inventory.ts')
})

test('what the cache keeps is there in Japanese', () => {
  const sources = [
    { kind: 'release', url: 'https://dl.k8s.io/a', sum: 'sha256:0' },
    { kind: 'built', modules: ['a.b/c v1'], toolchain: 'go1.26.8' },
    { kind: 'packages', versions: { runc: '1.1' } },
    { kind: 'installed', paths: ['/usr/bin/runc'] },
  ] as const
  mustBeSaid(
    sources.map((source) => `programs, ${describeSource({ source, version: '1' })}`),
    'reports.ts',
  )
  const others = sentencesIn('lib/supply/programs/contents.ts', (node, file) =>
    ts.isCallExpression(node) && node.expression.getText(file) === 'add'
      ? (node.arguments[1] ?? null)
      : null,
  )
  assert.ok(others.length > 4)
  mustBeInCatalogue(others, 'reports.ts')
})

test('why no times were measured is there in Japanese', () => {
  const put = 'the prober could not be put into its probe:'
  const cached = 'the prober is not in the cache, and'
  const built = 'with Go 1.24.0 or newer (go.dev/dl) it is built, once'
  const reasons = [
    'their probes have no prober; a run puts it there where it can be had',
    'its probe has no volume for the prober, as those of earlier versions; after a rollback the next run makes one that has',
    ...[
      `${put} the connection was lost`,
      `${put} it does not run there`,
      `${put} it ended with code 2`,
    ],
    'the prober was gone right after it was put there',
    'its kubelet does not tell its architecture',
    'there is no prober for s390x machines',
    `${cached} there is no Go on this machine; ${built}`,
    `${cached} go1.22.4 is too old; ${built}`,
    'building the prober took longer than 60 s; what is compiled is kept, so that the next time takes less',
    'the prober could not be built: no space left on device',
  ]
  mustBeSaid(reasons, 'board.ts')
  mustBeSaid(
    reasons.map((one) => `No times were measured from w0, w1, where nslookup asked: ${one}.`),
    'board.ts',
  )
  // Whole, not only at its beginning: no English but names and what a program said.
  const [, , lost = ''] = reasons
  assert.equal(
    ja(`No times were measured from w0, w1, where nslookup asked: ${lost}.`),
    'w0, w1からはnslookupで問い合わせたため、時間は測っていません: プローブにproberを入れられなかった: 接続が切れた。',
  )
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
