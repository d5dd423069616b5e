import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseCorefile } from '../../lib/corefile/parse.ts'
import { printCorefile } from '../../lib/corefile/print.ts'
import type { Statement } from '../../lib/corefile/statement.ts'
import { OF_2020, OF_CURRENT } from './editions.ts'

type Shape = readonly [words: readonly string[], body: readonly Shape[] | null]

function shapeOf({ words, body }: Statement): Shape {
  return [words, body?.map(shapeOf) ?? null]
}

function shapes(text: string): readonly Shape[] {
  const parsed = parseCorefile(text)
  assert.ok('statements' in parsed, JSON.stringify(parsed))
  return parsed.statements.map(shapeOf)
}

test('the Corefile of each edition is printed as it was read', () => {
  for (const text of [OF_2020, OF_CURRENT]) {
    const parsed = parseCorefile(text)
    assert.ok('statements' in parsed)
    assert.equal(printCorefile(parsed.statements), text)
  }
})

test('words in quotes keep their blanks, braces and lines', () => {
  assert.deepEqual(
    shapes('. {\n  template IN A {\n    answer "{{ .Name }} # 60 \\"x\\""\n  }\n}'),
    [[['.'], [[['template', 'IN', 'A'], [[['answer', '{{ .Name }} # 60 "x"'], null]]]]]],
  )
})

test('a comment begins anywhere but in quotes, and stays with what stands below it or before it', () => {
  const parsed = parseCorefile('# top\n. { # main\n  log#all\n  # last\n}\n')
  assert.ok('statements' in parsed)
  assert.equal(
    printCorefile(parsed.statements),
    '# top\n. {\n    # main\n    #all\n    # last\n    log\n}\n',
  )
})

test('the header of a server block may have several lines', () => {
  assert.deepEqual(shapes('a.example,\nb.example {\n  log\n}'), [
    [['a.example,', 'b.example'], [[['log'], null]]],
  ])
})

test('a single server block needs no braces', () => {
  assert.deepEqual(shapes('a.example\nlog\ncache {\n  success 10\n}\n'), [
    [
      ['a.example'],
      [
        [['log'], null],
        [['cache'], [[['success', '10'], null]]],
      ],
    ],
  ])
  assert.deepEqual(shapes('theirs\n'), [[['theirs'], []]])
  assert.deepEqual(shapes('# nothing\n'), [])
})

test('files are imported beside server blocks, before them, between them and behind', () => {
  const text =
    'import a\nb.example {\n    log\n}\nimport custom/*.server\nc.example {\n    import x\n}\n'
  assert.deepEqual(shapes(text), [
    [['import', 'a'], null],
    [['b.example'], [[['log'], null]]],
    [['import', 'custom/*.server'], null],
    [['c.example'], [[['import', 'x'], null]]],
  ])
  const parsed = parseCorefile(text)
  assert.equal('statements' in parsed && printCorefile(parsed.statements), text)
  assert.deepEqual(shapes('import a\nb.example\nlog\n'), [
    [['import', 'a'], null],
    [['b.example'], [[['log'], null]]],
  ])
})

test('what CoreDNS reads only by accident is read as well', () => {
  const log = [['log'], null] as const
  for (const [text, read] of [
    // The last of several blocks without braces.
    [
      '. {\n  log\n}\na.example\nlog\n',
      [
        [['.'], [log]],
        [['a.example'], [log]],
      ],
    ],
    // That of the last plugin closes the block, too.
    [
      '. {\n  cache {\n    prefetch 5\n  }\n',
      [[['.'], [[['cache'], [[['prefetch', '5'], null]]]]]],
    ],
    [
      'a.example\nlog\n}\nb.example {\n  log\n}\n',
      [
        [['a.example'], [log]],
        [['b.example'], [log]],
      ],
    ],
    // One too many is the zone of a block of its own.
    [
      '. {\n  log\n}\n}\n',
      [
        [['.'], [log]],
        [['}'], []],
      ],
    ],
    // A block of no zone is read over.
    ['{\n  log\n}\n', [[[], [log]]]],
    // Behind a word, without a blank between them, a comment ends at the next blank.
    ['. {\n  cache#of 30\n}#end.\n', [[['.'], [[['cache', '30'], null]]]]],
    ['\uFEFF. {\r\n  log\r\n\r\n  cache 30 {\r\n  }\r\n}', [[['.'], [log, [['cache', '30'], []]]]]],
    ['.\n{\n\u00a0log "a\n', null],
  ] as const) {
    if (read !== null) assert.deepEqual(shapes(text), read, text)
    else assert.ok('problem' in parseCorefile(text), text)
  }
})

test('what is no Corefile is told with its line', () => {
  for (const [text, line] of [
    ['. {\n  log\n', 1],
    ['. {\n  log }\n', 2],
    ['. { log }\n', 1],
    ['. {\n  {\n    log\n  }\n}\n', 2],
    ['. {\n  log\n}\na.example, {\n  log\n}\n', 4],
    ['(a)\nlog\n', 1],
    ['(a) {\n  log\n}\n(a) {\n  log\n}\n', 4],
    ['. {\n  import a b\n}\n', 2],
    ['import\n. {\n  log\n}\n', 1],
  ] as const) {
    const parsed = parseCorefile(text)
    assert.ok('problem' in parsed, text)
    assert.equal(parsed.line, line, text)
  }
})
