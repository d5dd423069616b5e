import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Bounds, type Node, parseTemplate } from '../../lib/jsonpath/parse.ts'

/** The nodes of a tree in order, a short text each, as client-go's collectNode lists them. */
function listed(nodes: readonly Node[]): readonly string[] {
  return nodes.flatMap((node): readonly string[] => {
    switch (node.type) {
      case 'list':
        return ['list', ...listed(node.nodes)]
      case 'text':
        return [`text ${node.text}`]
      case 'field':
      case 'identifier':
        return [`${node.type} ${node.name}`]
      case 'array':
        return [`array ${shown(node)}`]
      case 'filter':
        return [
          `filter ${node.operator}`,
          ...['list', ...listed(node.left)],
          ...['list', ...listed(node.right)],
        ]
      case 'union':
        return ['union', ...node.lists.flatMap((list) => ['list', ...listed(list)])]
      case 'int':
      case 'float':
      case 'bool':
        return [`${node.type} ${String(node.value)}`]
      case 'wildcard':
      case 'recursive':
        return [node.type]
    }
  })
}

function shown({ from, to, step }: Bounds): string {
  return `${from} ${to ?? '-'} ${step}`
}

const osImage = ['field status', 'field nodeInfo', 'field osImage']
const filterOn = (fields: readonly string[], text: string): readonly string[] => [
  ...['list', 'filter ==', 'list', ...fields],
  ...['list', `text ${text}`],
]

/** client-go v0.34.4 util/jsonpath/parser_test.go (Apache License 2.0, The Kubernetes Authors). */
const table: readonly (readonly [string, readonly string[]])[] = [
  ['hello jsonpath', ['text hello jsonpath']],
  ['hello {.jsonpath}', ['text hello ', 'list', 'field jsonpath']],
  ["hello {['jsonpath']}", ['text hello ', 'list', 'field jsonpath']],
  ['{"{"}', ['list', 'text {']],
  ['{[1:3]}', ['list', 'array 1 3 1']],
  ['{.book[*].author}', ['list', 'field book', 'array 0 - 1', 'field author']],
  ['{.bicycle.*}', ['list', 'field bicycle', 'wildcard']],
  ['{[?(@.price<3)]}', ['list', 'filter <', 'list', 'field price', 'list', 'int 3']],
  ['{..}', ['list', 'recursive']],
  ['{..price}', ['list', 'recursive', 'field price']],
  ["{['book.price']}", ['list', 'field book', 'field price']],
  [
    "{['bicycle.price', 3, 'book.price']}",
    [
      ...['list', 'union', 'list', 'field bicycle', 'field price'],
      ...['list', 'array 3 4 1'],
      ...['list', 'field book', 'field price'],
    ],
  ],
  [
    '{range .items}{.name},{end}',
    [
      ...['list', 'identifier range', 'field items', 'list', 'field name', 'text ,'],
      ...['list', 'identifier end'],
    ],
  ],
  ['{[?(@.status.nodeInfo.osImage == "()")]}', filterOn(osImage, '()')],
  ['{[?(@.status.nodeInfo.osImage == "(\\"\\")")]}', filterOn(osImage, '("")')],
  ['{[?(@.test == "())(")]}', filterOn(['field test'], '())(')],
  ["{[?(@.status.nodeInfo.osImage == 'Linux')]}", filterOn(osImage, 'Linux')],
  ['{[?(@.status.nodeInfo.osImage == "{[()]}")]}', filterOn(osImage, '{[()]}')],
  ['{[?(@.status.nodeInfo.osImage == "\'\'")]}', filterOn(osImage, "''")],
  ['{[?(@.status.nodeInfo.osImage == \'""\')]}', filterOn(osImage, '""')],
  ["{[?(@.status.nodeInfo.osImage == '\\\\\\'')]}", filterOn(osImage, "\\'")],
  ['{[-5:]}', ['list', 'array -5 - 1']],
  ['{[-1]}', ['list', 'array -1 - 1']],
  ['{[1:-1]}', ['list', 'array 1 -1 1']],
]

test("client-go's table: what a template is made of", () => {
  for (const [template, nodes] of table) {
    assert.deepEqual(listed(parseTemplate(template)), nodes, template)
  }
})

test("client-go's table: templates that cannot be read", () => {
  const failures = [
    ['{\\\\\\}', "unrecognized character in action: U+005C '\\'"],
    ['{.hello', 'unclosed action'],
    ['{*}', "unrecognized character in action: U+002A '*'"],
    ['{+12.3.0}', 'cannot parse number +12.3.0'],
    ['{[1}', 'unterminated array'],
    ['{[?(.price]}', 'unterminated filter'],
    ['{........}', 'invalid multiple recursive descent'],
  ] as const
  for (const [template, message] of failures) {
    assert.throws(() => parseTemplate(template), { name: 'JsonPathError', message })
  }
})

test('other mistakes are named as client-go names them', () => {
  const failures = [
    ['{\t.x}', 'unrecognized character in action: U+0009'],
    ['{"\\q"}', 'unquote string "\\q" error invalid syntax'],
    ['{"x}', 'unterminated quoted string'],
    ['{[x]}', 'invalid array index x'],
    ['{[-]}', 'array index - is not a number'],
    ['{[?(@.a==1)}', 'unclosed array expect ]'],
    ['{[?(@.a[?(@.b==1)])]}', 'unterminated filter'],
  ] as const
  for (const [template, message] of failures) {
    assert.throws(() => parseTemplate(template), { name: 'JsonPathError', message })
  }
})
