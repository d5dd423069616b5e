import assert from 'node:assert/strict'
import { mock, test } from 'node:test'
import { printCandidates } from '../../lib/command-line/completion.ts'

const VALUES = {
  id: ['busybox-pod', 'dns-matrix'],
  fault: ['missing-route', 'memory-limit', 'forward-drop'],
  host: ['k8sworker0'],
  file: ['inventory.yaml', 'manifests/'],
}

/** The candidates' own words, without what is said about them. */
function candidates(...words: readonly string[]): readonly string[] {
  const log = mock.method(console, 'log', () => undefined)
  try {
    printCandidates(words, VALUES)
    return log.mock.calls
      .map(({ arguments: [line] }) => String(line))
      .filter((line) => !line.startsWith(':'))
      .map((line) => line.split('\t', 1)[0] ?? '')
  } finally {
    log.mock.restore()
  }
}

const cases: readonly (readonly [words: readonly string[], expected: readonly string[]])[] = [
  [['roll'], ['rollback']],
  [['lab', 'm'], ['mend']],
  [
    ['lab', 'break', 'm'],
    ['missing-route', 'memory-limit'],
  ],
  [['lab', 'mend', 'missing-route', 'f'], ['forward-drop']],
  [['lab', 'shell', ''], ['k8sworker0']],
  [['explain', 'dns'], ['dns-matrix']],
  [['--from', 'b'], ['busybox-pod']],
  [['rollback', '--to', 'd'], ['dns-matrix']],
  [
    ['verify', '--edition', ''],
    ['2020', 'current'],
  ],
  [
    ['lab', 'hint', '--lang', ''],
    ['en', 'ja'],
  ],
  [['verify', '--evi'], ['--evidence']],
  [['verify', '--inventory', 'm'], ['manifests/']],
  [
    ['completion', ''],
    ['bash', 'zsh', 'fish'],
  ],
]

for (const [words, expected] of cases) {
  test(`Tab behind "hardway ${words.join(' ')}" offers ${expected.join(', ')}`, () => {
    assert.deepEqual(candidates(...words), expected)
  })
}

test('Tab never offers what is not for people', () => {
  assert.ok(!candidates('').includes('complete'))
  assert.ok(candidates('').includes('verify'))
})
