import type { Json } from '../../lib/core/json.ts'

/**
 * The test table of client-go v0.34.4 util/jsonpath/jsonpath_test.go (Apache License 2.0, The
 * Kubernetes Authors), its Go structs written as the JSON they stand for. Adapted: where a struct's
 * field order shows in the original, JSON has sorted keys; type names are those of JSON values.
 */
export interface Case {
  readonly name: string
  readonly template: string
  readonly document: Json
  readonly expect: string
}

type Row = readonly [name: string, template: string, expect: string]

/** Cases that share a document. */
export const cases = (document: Json, rows: readonly Row[]): readonly Case[] =>
  rows.map(([name, template, expect]) => ({ name, template, document, expect }))

const maps = [
  { name: 'one', value: 1 },
  { name: 'two', value: 2.02 },
  { name: 'three', value: 3.03 },
  { name: 'four', value: 4.04 },
]
const types: Json = {
  bools: [true, false, true, false],
  integers: [1, 2, 3, 4],
  floats: [1.0, 2.2, 3.3, 4.0],
  strings: ['one', 'two', 'three', 'four'],
  interfaces: [true, 'one', 1, 1.1],
  maps,
}

/** Scalars, slices and steps; missing keys not allowed. */
export const slices: readonly Case[] = cases(types, [
  ['boolSlice', '{ .bools }', '[true,false,true,false]'],
  ['boolSliceIndex', '{ .bools[0] }', 'true'],
  ['boolSliceIndex -1', '{ .bools[-1] }', 'false'],
  ['boolSubSlice', '{ .bools[0:2] }', 'true false'],
  ['boolSubSliceFirst2', '{ .bools[:2] }', 'true false'],
  ['boolSubSliceStep2', '{ .bools[:4:2] }', 'true true'],
  ['integerSlice', '{ .integers }', '[1,2,3,4]'],
  ['integerSliceIndex', '{ .integers[0] }', '1'],
  ['integerSliceIndexReverse', '{ .integers[-2] }', '3'],
  ['integerSubSliceFirst2', '{ .integers[0:2] }', '1 2'],
  ['integerSubSliceFirst2Alt', '{ .integers[:2] }', '1 2'],
  ['integerSubSliceStep2', '{ .integers[:4:2] }', '1 3'],
  ['floatSlice', '{ .floats }', '[1,2.2,3.3,4]'],
  ['floatSliceIndex', '{ .floats[0] }', '1'],
  ['floatSliceIndexReverse', '{ .floats[-2] }', '3.3'],
  ['floatSubSliceFirst2', '{ .floats[0:2] }', '1 2.2'],
  ['floatSubSliceFirst2Alt', '{ .floats[:2] }', '1 2.2'],
  ['floatSubSliceStep2', '{ .floats[:4:2] }', '1 3.3'],
  ['stringSlice', '{ .strings }', '["one","two","three","four"]'],
  ['stringSliceIndex', '{ .strings[0] }', 'one'],
  ['stringSliceIndexReverse', '{ .strings[-2] }', 'three'],
  ['stringSubSliceFirst2', '{ .strings[0:2] }', 'one two'],
  ['stringSubSliceFirst2Alt', '{ .strings[:2] }', 'one two'],
  ['stringSubSliceStep2', '{ .strings[:4:2] }', 'one three'],
  ['interfaceSlice', '{ .interfaces }', '[true,"one",1,1.1]'],
  ['interfaceSliceIndex', '{ .interfaces[0] }', 'true'],
  ['interfaceSliceIndexReverse', '{ .interfaces[-2] }', '1'],
  ['interfaceSubSliceFirst2', '{ .interfaces[0:2] }', 'true one'],
  ['interfaceSubSliceFirst2Alt', '{ .interfaces[:2] }', 'true one'],
  ['interfaceSubSliceStep2', '{ .interfaces[:4:2] }', 'true 1'],
  ['mapSlice', '{ .maps }', JSON.stringify(maps)],
  ['mapSliceIndex', '{ .maps[0] }', '{"name":"one","value":1}'],
  ['mapSliceIndexReverse', '{ .maps[-2] }', '{"name":"three","value":3.03}'],
  ['mapSubSliceFirst2', '{ .maps[0:2] }', '{"name":"one","value":1} {"name":"two","value":2.02}'],
  ['mapSubSliceFirst2Alt', '{ .maps[:2] }', '{"name":"one","value":1} {"name":"two","value":2.02}'],
  [
    'mapSubSliceStepOdd',
    '{ .maps[::2] }',
    '{"name":"one","value":1} {"name":"three","value":3.03}',
  ],
  [
    'mapSubSliceStepEven',
    '{ .maps[1::2] }',
    '{"name":"two","value":2.02} {"name":"four","value":4.04}',
  ],
])

const moby = '{"Author":"Herman Melville","Category":"fiction","Price":8.99,"Title":"Moby Dick"}'
const red = '{"Color":"red","IsNew":true,"Price":19.95}'
const green = '{"Color":"green","IsNew":false,"Price":20.01}'
export const store: Json = {
  Name: 'jsonpath',
  Book: [
    {
      Category: 'reference',
      Author: 'Nigel Rees',
      Title: 'Sayings of the Centurey',
      Price: 8.95,
    },
    { Category: 'fiction', Author: 'Evelyn Waugh', Title: 'Sword of Honour', Price: 12.99 },
    { Category: 'fiction', Author: 'Herman Melville', Title: 'Moby Dick', Price: 8.99 },
  ],
  Bicycle: [
    { Color: 'red', Price: 19.95, IsNew: true },
    { Color: 'green', Price: 20.01, IsNew: false },
  ],
  Labels: { engieer: 10, 'web/html': 15, 'k8s-app': 20 },
  Employees: { jason: 'manager', dan: 'clerk' },
}

/** client-go's bookstore; missing keys not allowed. */
export const stores: readonly Case[] = [
  ...cases(null, [
    ['plain', 'hello jsonpath', 'hello jsonpath'],
    ['quote', '{"{"}', '{'],
  ]),
  ...cases([1, 2, 3], [['recursive', '{..}', '[1,2,3]']]),
  ...cases([2, 6, 3, 7], [['filter', '{[?(@<5)]}', '2 3']]),
  ...cases([0, 1, 2, 3, 4], [['union', '{[1,3,4]}', '1 3 4']]),
  ...cases(['Monday', 'Tudesday'], [['array', '{[0:2]}', 'Monday Tudesday']]),
  ...cases(store, [
    ['variable', 'hello {.Name}', 'hello jsonpath'],
    ['dict/', '{$.Labels.web/html}', '15'],
    ['dict jason', '{$.Employees.jason}', 'manager'],
    ['dict dan', '{$.Employees.dan}', 'clerk'],
    ['dict-', '{.Labels.k8s-app}', '20'],
    ['nest', '{.Bicycle[*].Color}', 'red green'],
    ['allarray', '{.Book[*].Author}', 'Nigel Rees Evelyn Waugh Herman Melville'],
    [
      'allfields',
      '{range .Bicycle[*]}{ "{" }{ @.* }{ "} " }{end}',
      '{red true 19.95} {green false 20.01} ',
    ],
    ['recurfields', '{..Price}', '19.95 20.01 8.95 12.99 8.99'],
    ['recurdotfields', '{...Price}', '19.95 20.01 8.95 12.99 8.99'],
    ['allstructsSlice', '{.Bicycle}', `[${red},${green}]`],
    ['allstructs', '{range .Bicycle[*]}{ @ }{ " " }{end}', `${red} ${green} `],
    ['lastarray', '{.Book[-1:]}', moby],
    ['recurarray', '{..Book[2]}', moby],
    ['bool', '{.Bicycle[?(@.IsNew==true)]}', red],
  ]),
]
