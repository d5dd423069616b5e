import assert from 'node:assert/strict'
import { test } from 'node:test'
import { InputError } from '../../lib/core/errors.ts'
import { loadInventory } from '../../lib/inventory/load.ts'
import { complaint } from './inventory-text.ts'

async function rejection(promise: Promise<unknown>) {
  const error: unknown = await promise.then(
    () => null,
    (reason: unknown) => reason,
  )
  assert.ok(error instanceof InputError)
  return error.explanation
}

test('a file that is not there: how to get one back', async () => {
  assert.deepEqual(await rejection(loadInventory('/nowhere/inventory.yaml')), {
    problem: 'there is no /nowhere/inventory.yaml',
    remedy:
      'name one that is there: --inventory FILE. The shortest has one line: target: lab; ' +
      'git checkout inventory.yaml restores the one of this project',
  })
})

test('a file that cannot be read: why', async () => {
  const folder = import.meta.dirname
  assert.deepEqual(await rejection(loadInventory(folder)), {
    problem: `${folder} cannot be read`,
    seen: ['EISDIR: illegal operation on a directory, read'],
    remedy: 'name a readable file: --inventory FILE',
  })
})

test('a device without an end is not read to its end', async () => {
  assert.deepEqual(await rejection(loadInventory('/dev/zero')), {
    problem: '/dev/zero is larger than 262144 bytes',
    remedy: 'name the inventory itself: --inventory FILE',
  })
})

test('bytes that are no text', async () => {
  assert.deepEqual(await complaint(Uint8Array.of(0xff, 0xfe, 0x74)), {
    problem: 'inventory.yaml is not UTF-8 text',
    remedy: 'save it as UTF-8, or name the inventory itself: --inventory FILE',
  })
})

test('the file’s own name cannot steer the terminal', async () => {
  const { problem } = await rejection(loadInventory('\u001b[2Jx', () => Promise.resolve(null)))
  assert.equal(problem, String.raw`there is no \u001b[2Jx`)
})

const BRACKETS = 'look for a bracket, quote or colon too many or too few, here or just before'
const INDENT = 'indent with spaces, the same number on lines of the same level'

const broken: readonly (readonly [string, string, string, string])[] = [
  [
    'an empty file',
    '',
    'inventory.yaml:1:1 the file is empty',
    'write target: lab; the rest has defaults',
  ],
  [
    'only comments',
    '# nothing\n',
    'inventory.yaml:1:1 the file is empty',
    'write target: lab; the rest has defaults',
  ],
  [
    'a tab',
    'target: lab\nlab:\n\tname: x\n',
    'inventory.yaml:3:1 there is a tab in the indentation',
    INDENT,
  ],
  [
    'several documents',
    'target: lab\n---\ntarget: lab\n',
    'inventory.yaml:2:1 a second YAML document begins',
    'remove the --- or ... and what follows: an inventory is one document',
  ],
  [
    'a quote without an end',
    'target: lab\nlab: {name: "x\n',
    'inventory.yaml:3:1 this is not YAML: missing closing "quote',
    BRACKETS,
  ],
  [
    'a bracket without an end',
    'target: lab\nlab: {name: x\n',
    'inventory.yaml:3:1 the indentation is broken here',
    INDENT,
  ],
  [
    'a value with a deeper line below it',
    'target: lab\nlab:\n  name: a\n    network: b\n',
    'inventory.yaml:3:9 a second “key: value” begins on the same line',
    'put it on a line of its own, or the text in quotes',
  ],
  [
    'a line without a colon',
    'target: lab\nlab\ncluster: {}\n',
    'inventory.yaml:2:1 a line has neither “key: value” nor “- item”, so it runs into the next',
    'put a colon and a space after the key',
  ],
  [
    'a tag',
    'target: !secret lab\n',
    'inventory.yaml:1:9 a tag (!…) means nothing here',
    'remove the tag',
  ],
  [
    'an escape that there is not',
    'target: "\\q"\n',
    'inventory.yaml:1:10 YAML knows no such escape',
    'write the backslash twice, or put the text in single quotes',
  ],
  [
    'a list as a key',
    '? [a]\n: b\n',
    'inventory.yaml:1:3 a key is not plain text',
    'write it as “key: value”',
  ],
  [
    'a bracket that closes nothing',
    'target: lab }\nlab: ]\n',
    'inventory.yaml:2:6 YAML expects something else here',
    BRACKETS,
  ],
  [
    'a key twice',
    'target: lab\nlimits: { pods: 1, nodes: 2, pods: 3 }\n',
    'inventory.yaml:2:30 "pods" stands twice in limits',
    'keep one of the two',
  ],
  [
    'a key twice, below one that would steer the terminal',
    'target: lab\n"\\e[2J": { a: 1, a: 2 }\n',
    String.raw`inventory.yaml:2:18 "a" stands twice in "\u001b[2J"`,
    'keep one of the two',
  ],
  [
    'an alias',
    'target: &a lab\nprobe: *a\n',
    'inventory.yaml:2:8 probe is an alias (*…)',
    'write the value out: an inventory has no anchors or aliases',
  ],
  [
    'brackets within brackets without end',
    `target: lab\nlab: ${'['.repeat(100)}${']'.repeat(100)}\n`,
    'inventory.yaml:2:18 this is nested too deeply',
    'an inventory has four levels: write it as inventory.schema.json has it',
  ],
]

for (const [name, text, problem, remedy] of broken) {
  test(`not YAML, or not plain enough: ${name}`, async () => {
    assert.deepEqual(await complaint(text), { problem, remedy })
  })
}

test('an alias bomb is refused before it grows', async () => {
  const lines = Array.from(
    { length: 26 },
    (_, i) => `a${String(i)}: &a${String(i)} [${`*a${String(i - 1)},`.repeat(i === 0 ? 0 : 9)}]`,
  )
  const { problem, seen } = await complaint(`target: lab\n${lines.join('\n')}\n`)
  assert.equal(problem, 'inventory.yaml has 225 problems')
  assert.equal(
    seen?.[0],
    'inventory.yaml:3:10 a1[0] is an alias (*…); ' +
      'write the value out: an inventory has no anchors or aliases',
  )
  assert.equal(seen.at(-1), 'and 125 more')
})

test('a hundred thousand open brackets end in a message, not in a crash', async () => {
  // How deep the parser comes depends on the stack; so does whether it finds more than that.
  const { problem, seen } = await complaint(`target: lab\nlab: ${'['.repeat(100_000)}\n`)
  assert.match(seen?.[0] ?? problem, /^inventory\.yaml:2:\d+ this is nested too deeply/)
})
