import type { Json } from '../../lib/core/json.ts'
import { cases, slices, store, stores } from './jsonpath-basic-cases.ts'
import type { Case } from './jsonpath-basic-cases.ts'

const points: Json = [
  { id: 'i1', x: 4, y: -5 },
  { id: 'i2', x: -2, y: -5, z: 1 },
  { id: 'i3', x: 8, y: 3 },
  { id: 'i4', x: -6, y: -1 },
  { id: 'i5', x: 0, y: 2, z: 1 },
  { id: 'i6', x: 1, y: 4 },
  { id: 'i7', x: null, y: 4 },
]

const nodes: Json = {
  kind: 'List',
  items: [
    {
      kind: 'None',
      metadata: { name: '127.0.0.1', labels: { 'kubernetes.io/hostname': '127.0.0.1' } },
      status: {
        capacity: { cpu: '4' },
        ready: true,
        addresses: [{ type: 'LegacyHostIP', address: '127.0.0.1' }],
      },
    },
    {
      kind: 'None',
      metadata: { name: '127.0.0.2', labels: { 'kubernetes.io/hostname': '127.0.0.2' } },
      status: {
        capacity: { cpu: '8' },
        ready: false,
        addresses: [
          { type: 'LegacyHostIP', address: '127.0.0.2' },
          { type: 'another', address: '127.0.0.3' },
        ],
      },
    },
  ],
  users: [
    { name: 'myself', user: {} },
    { name: 'e2e', user: { username: 'admin', password: 'secret' } },
  ],
}

const another = [{ name: 'value1' }, { name: 'value2' }]
const nested: Json = {
  items: [
    {
      metadata: { name: 'pod1' },
      spec: {
        containers: [
          { name: 'foo', another },
          { name: 'bar', another },
        ],
      },
    },
    { metadata: { name: 'pod2' }, spec: { containers: [{ name: 'baz', another }] } },
  ],
}

const containers = (count: number): Json => ({
  spec: {
    containers: Array.from({ length: count }, (_, i) => ({ name: `fake${String(i)}` })),
  },
})

const kubernetes: readonly Case[] = [
  ...cases(points, [
    ['exists filter', '{[?(@.z)].id}', 'i2 i5'],
    ['bracket key', "{[0]['id']}", 'i1'],
    ['nil value', "{[-1]['x']}", 'null'],
  ]),
  ...cases(nodes, [
    ['range item', '{range .items[*]}{.metadata.name}, {end}{.kind}', '127.0.0.1, 127.0.0.2, List'],
    [
      'range item with quote',
      '{range .items[*]}{.metadata.name}{"\\t"}{end}',
      '127.0.0.1\t127.0.0.2\t',
    ],
    ['range addresss', '{.items[*].status.addresses[*].address}', '127.0.0.1 127.0.0.2 127.0.0.3'],
    [
      'double range',
      '{range .items[*]}{range .status.addresses[*]}{.address}, {end}{end}',
      '127.0.0.1, 127.0.0.2, 127.0.0.3, ',
    ],
    ['item name', '{.items[*].metadata.name}', '127.0.0.1 127.0.0.2'],
    [
      'union nodes capacity',
      "{.items[*]['metadata.name', 'status.capacity']}",
      '127.0.0.1 127.0.0.2 {"cpu":"4"} {"cpu":"8"}',
    ],
    [
      'range nodes capacity',
      '{range .items[*]}[{.metadata.name}, {.status.capacity}] {end}',
      '[127.0.0.1, {"cpu":"4"}] [127.0.0.2, {"cpu":"8"}] ',
    ],
    ['user password', '{.users[?(@.name=="e2e")].user.password}', 'secret'],
    ['hostname', '{.items[0].metadata.labels.kubernetes\\.io/hostname}', '127.0.0.1'],
    [
      'hostname filter',
      '{.items[?(@.metadata.labels.kubernetes\\.io/hostname=="127.0.0.1")].kind}',
      'None',
    ],
    ['bool item', '{.items[?(@..ready==true)].metadata.name}', '127.0.0.1'],
    ['recursive name', '{..name}', '127.0.0.1 127.0.0.2 myself e2e'],
  ]),
  ...cases(nested, [
    [
      'nested range with a trailing newline',
      '{range .items[*]}{.metadata.name}{":"}{range @.spec.containers[*]}{.name}{","}{end}{"+"}{end}',
      'pod1:foo,bar,+pod2:baz,+',
    ],
    [
      'nested range within another nested range',
      '{range .items[*]}{.metadata.name}{"~"}{range @.spec.containers[*]}{.name}{":"}{range @.another[*]}{.name}{","}{end}{"+"}{end}{"#"}{end}',
      'pod1~foo:value1,value2,+bar:value1,value2,+#pod2~baz:value1,value2,+#',
    ],
    [
      'two nested ranges at the same level',
      '{range .items[*]}{.metadata.name}{"\\t"}{range @.spec.containers[*]}{.name}{" "}{end}{"\\t"}{range @.spec.containers[*]}{.name}{" "}{end}{"\\n"}{end}',
      'pod1\tfoo bar \tfoo bar \npod2\tbaz \tbaz \n',
    ],
  ]),
  ...cases(containers(4), [
    ['containers[0]', '{.spec.containers[0].name}', 'fake0'],
    ['containers[0:0], the empty set', '{.spec.containers[0:0].name}', ''],
    ['containers[0:-1]', '{.spec.containers[0:-1].name}', 'fake0 fake1 fake2'],
    ['containers[-1]', '{.spec.containers[-1].name}', 'fake3'],
    ['containers[-1:]', '{.spec.containers[-1:].name}', 'fake3'],
    ['containers[-2]', '{.spec.containers[-2].name}', 'fake2'],
    ['containers[-2:]', '{.spec.containers[-2:].name}', 'fake2 fake3'],
    ['containers[-3]', '{.spec.containers[-3].name}', 'fake1'],
    ['containers[-4]', '{.spec.containers[-4].name}', 'fake0'],
    ['containers[-4:]', '{.spec.containers[-4:].name}', 'fake0 fake1 fake2 fake3'],
    ['containers[5:5], the empty set', '{.spec.containers[5:5].name}', ''],
    ['containers[-5:-5], the empty set', '{.spec.containers[-5:-5].name}', ''],
  ]),
  ...cases(containers(6), [
    ['containers[0:]', '{.spec.containers[0:].name}', 'fake0 fake1 fake2 fake3 fake4 fake5'],
    ['containers[0:6:]', '{.spec.containers[0:6:].name}', 'fake0 fake1 fake2 fake3 fake4 fake5'],
    ['containers[0:6:1]', '{.spec.containers[0:6:1].name}', 'fake0 fake1 fake2 fake3 fake4 fake5'],
    ['containers[1:4:2]', '{.spec.containers[1:4:2].name}', 'fake1 fake3'],
    ['containers[1:4:3]', '{.spec.containers[1:4:3].name}', 'fake1'],
    ['containers[1:4:4]', '{.spec.containers[1:4:4].name}', 'fake1'],
    ['containers[0:6:2]', '{.spec.containers[0:6:2].name}', 'fake0 fake2 fake4'],
    ['containers[0:6:3]', '{.spec.containers[0:6:3].name}', 'fake0 fake3'],
    ['containers[0:6:5]', '{.spec.containers[0:6:5].name}', 'fake0 fake5'],
    ['containers[0:6:6]', '{.spec.containers[0:6:6].name}', 'fake0'],
  ]),
]

/** Cases that give a text, missing keys not allowed. */
export const strict: readonly Case[] = [...slices, ...stores, ...kubernetes]

const pods: Json = {
  kind: 'List',
  items: [
    { metadata: { name: 'pod1', annotations: { color: 'blue' } }, status: { phase: 'Running' } },
    { metadata: { name: 'pod2' }, status: { phase: 'Running' } },
    { metadata: { name: 'pod3', annotations: { color: 'green' } }, status: { phase: 'Running' } },
    { metadata: { name: 'pod4', annotations: { color: 'blue' } }, status: { phase: 'Running' } },
    { resourceVersion: '' },
  ],
}
const blue = '{.items[?(@.metadata.annotations.color=="blue")].metadata.name}'

/** Cases that give a text, missing keys allowed. */
export const lenient: readonly Case[] = [
  ...cases(store, [
    ['nonexistent field', '{.hello}', ''],
    ['nonexistent field 2', 'before-{.hello}after', 'before-after'],
  ]),
  ...cases({ items: [] }, [
    ['empty range', '{range .items[*]}{.metadata.name}{end}', ''],
    [
      'empty nested range',
      '{range .items[*]}{.metadata.name}{":"}{range @.spec.containers[*]}{.name}{","}{end}{"+"}{end}',
      '',
    ],
  ]),
  ...cases(pods, [
    ['filter, some items do not have annotations', blue, 'pod1 pod4'],
    [
      'range over pods without selecting the last one',
      '{range .items[?(.status.phase=="Running")]}{.metadata.name}{" is Running\\n"}{end}',
      'pod1 is Running\npod2 is Running\npod3 is Running\npod4 is Running\n',
    ],
  ]),
]

/** Cases that fail, missing keys not allowed; `expect` is the message. */
export const failing: readonly Case[] = [
  ...cases(store, [
    ['superrecurfields', '{......................Price}', 'invalid multiple recursive descent'],
    ['invalid identifier', '{hello}', 'unrecognized identifier hello'],
    ['nonexistent field', '{.hello}', 'hello is not found'],
    ['invalid array', '{.Labels[0]}', 'map[string]interface {} is not array or slice'],
    ['invalid filter operator', '{.Book[?(@.Price<>10)]}', 'unrecognized filter operator <>'],
    ['redundant end', '{range .Labels.*}{@}{end}{end}', 'not in range, nothing to end'],
  ]),
  ...cases(pods, [['filter, error on missing items', blue, 'annotations is not found']]),
  ...cases(containers(4), [
    [
      'containers[-1:0]',
      '{.spec.containers[-1:0].name}',
      'starting index 3 is greater than ending index 0',
    ],
    [
      'containers[-5]',
      '{.spec.containers[-5].name}',
      'array index out of bounds: index -1, length 4',
    ],
    [
      'containers[3:1]',
      '{.spec.containers[3:1].name}',
      'starting index 3 is greater than ending index 1',
    ],
    [
      'containers[-1:-2]',
      '{.spec.containers[-1:-2].name}',
      'starting index 3 is greater than ending index 2',
    ],
  ]),
  ...cases(containers(6), [
    ['containers[0:6:0]', '{.spec.containers[0:6:0].name}', 'step must be > 0'],
    ['containers[0:6:-1]', '{.spec.containers[0:6:-1].name}', 'step must be > 0'],
  ]),
]
