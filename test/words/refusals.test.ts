import assert from 'node:assert/strict'
import { test } from 'node:test'
import { languageIn, parseArguments } from '../../lib/command-line/options.ts'
import { InputError } from '../../lib/core/errors.ts'
import { loadInventory } from '../../lib/inventory/load.ts'
import { describeError } from '../../lib/view/describe-error.ts'
import { ja } from '../../lib/words/ja/ja.ts'

/** What a Japanese reader is told of it. */
async function told(refused: () => unknown): Promise<string> {
  try {
    await refused()
  } catch (error) {
    assert.ok(error instanceof InputError)
    return describeError(error, { verbose: false, say: ja })
  }
  throw new assert.AssertionError({ message: 'nothing was refused' })
}

/** Words in a row that are no names: English that was left. */
const ENGLISH = /[a-z]+ [a-z]+ [a-z]+/

const COMMAND_LINES: Readonly<Record<string, string>> = {
  '--frm x': "オプション'--frm'はありません（--fromのことですか?）",
  '--zzzz': "オプション'--zzzz'はありません",
  'lab exersice': "コマンド'exersice'はありません（exerciseのことですか?）",
  'lab zzzz': "コマンド'zzzz'はありません",
  verfy: 'コマンド"verfy"はありません',
  lab: 'labのあとに必要です: up, down',
  'lab break': "引数'fault'が必要です",
  'lab up a': "'up'の引数が多すぎます: 0個のところ1個あります（a）",
  'explain a b': "'explain'の引数が多すぎます: 1個のところ2個あります（a, b）",
  '--from': 'オプション--from <id>に値が必要です',
  '--edition 3': "オプション--edition <which>の値'3'は使えません。使えるのは2020, currentです",
  'completion ksh': "引数'shell'の値'ksh'は使えません。使えるのはbash, zsh, fishです",
  'lab exercise --level 9': '--level 9は1から3までの整数ではありません',
  '--dry-run lab up': '--dry-runがlab upの前にあるため、無視されます',
  '--save p': '--saveが保存するのはドライランの計画で、これはドライランではありません',
}

for (const [line, japanese] of Object.entries(COMMAND_LINES)) {
  test(`"${line}" is refused in Japanese`, async () => {
    const text = await told(() => parseArguments(line.split(' '), '1'))
    assert.ok(text.startsWith(`✖ ${japanese}`), text)
    assert.doesNotMatch(text.replaceAll(/npx tsx run\.ts[\w <>-]*/g, ''), ENGLISH)
  })
}

test('the language of a command line that cannot be read is the one it names last', () => {
  assert.equal(languageIn(['--frm', '--lang', 'en', 'x', '--lang=ja']), 'ja')
  assert.equal(languageIn(['--lang', 'ja', '--lang', 'en']), 'en')
  assert.equal(languageIn(['--lang']), undefined)
  assert.equal(languageIn(['--frm', 'x']), undefined)
})

const INVENTORIES: Readonly<Record<string, string>> = {
  '': 'ファイルが空です',
  'target: lab\nlab: {machin: 1}': 'labに不明なキー"machin"があります',
  'target: lab\nlab: {network: 10}': 'lab.networkが数値10で、テキストではありません',
  'target: lab\nlab: {name: "Ü"}': 'lab.name "Ü"はDNSラベルではありません',
  'target: lab\nlab: {machine: 10.0.0.1}':
    'lab.machine 10.0.0.1がlab.network 192.168.199.0/24（既定値）の範囲外です',
  'target: lab\nlab: {network: "10.0.0.0/24", machine: "::1"}':
    'lab.machine "::1"はIPv4アドレスではありません: IPv6には対応していません',
  'target: lab\nlab: []': 'labがリストで、マップではありません',
  'target: 1': 'targetが数値1です',
  'target: {kubeconfig: f}': 'target.contextがありません',
  'lab:\n\tname: x': '字下げにタブがあります',
  'target: [': 'ここで字下げが崩れています',
  'target: lab\ntarget: lab': 'ファイルに"target"が2回あります',
}

for (const [text, japanese] of Object.entries(INVENTORIES)) {
  test(`an inventory of ${JSON.stringify(text)} is refused in Japanese`, async () => {
    const refused = await told(() =>
      loadInventory('i.yaml', () => Promise.resolve(Buffer.from(text))),
    )
    assert.ok(refused.includes(japanese), refused)
    assert.doesNotMatch(refused.replace(/kubectl [a-z -]*/, ''), ENGLISH)
  })
}

test('of several problems each is told in Japanese, with its remedy', async () => {
  const text = 'target: lab\nlab: {machin: 1, network: "10.0.0.0/24", machine: 10.1.0.1}'
  const refused = await told(() =>
    loadInventory('i.yaml', () => Promise.resolve(Buffer.from(text))),
  )
  assert.match(refused, /^✖ i\.yamlに問題が2件あります/)
  assert.match(refused, /machineのことですか; ほかに使えるキー: name/)
  assert.match(refused, /その中の空いているアドレスを使う。例: 10\.0\.0\.1$/m)
  assert.doesNotMatch(refused, ENGLISH)
})
