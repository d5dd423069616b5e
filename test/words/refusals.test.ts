import assert from 'node:assert/strict'
import { test } from 'node:test'
import { languageIn, parseArguments } from '../../lib/command-line/options.ts'
import { InputError, type StepError } from '../../lib/core/errors.ts'
import { loadInventory } from '../../lib/inventory/load.ts'
import { explainReply, explainTransport } from '../../lib/kube-client/failures.ts'
import type { Target } from '../../lib/kube-client/kubeconfig.ts'
import { TransportFailure } from '../../lib/kube-client/wire.ts'
import { describeError } from '../../lib/view/describe-error.ts'
import { ja } from '../../lib/words/ja/ja.ts'
import { saidInParts } from '../../lib/words/say.ts'

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

const SERVER = 'https://10.0.0.1:6443'
const ADMIN: Target = { kubeconfig: '/K', context: 'C', server: SERVER, user: 'U' }

/** Without what a server said, which stays as it came. */
function ofServer({ explanation }: StepError): Promise<string> {
  return told(() => {
    throw new InputError({ ...explanation, seen: [] })
  })
}

const UNREACHED: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'APIサーバーhttps://10.0.0.1:6443が接続を拒否しています（試みた操作: list pods）',
  ECONNRESET: 'APIサーバーhttps://10.0.0.1:6443が応答する前に接続を切ります',
  ENOTFOUND: 'APIサーバーhttps://10.0.0.1:6443が、名前解決できないため見つかりません',
  EHOSTUNREACH: 'APIサーバーhttps://10.0.0.1:6443が、経路がないため応答しません',
  TIMEOUT: 'APIサーバーhttps://10.0.0.1:6443が時間内に応答しません',
  CERT_HAS_EXPIRED: 'APIサーバーhttps://10.0.0.1:6443が期限切れの証明書を示しています',
  CERT_NOT_YET_VALID:
    'APIサーバーhttps://10.0.0.1:6443がまだ有効期間に入っていない証明書を示しています',
  ERR_TLS_CERT_ALTNAME_INVALID:
    'APIサーバーhttps://10.0.0.1:6443が接続先の名前を含まない証明書を示しています',
  SELF_SIGNED_CERT_IN_CHAIN:
    'APIサーバーhttps://10.0.0.1:6443がkubeconfigにないCAの証明書を示しています',
  EPROTO: 'APIサーバーhttps://10.0.0.1:6443がそのポートではHTTPSを話しません',
  EXYZ: 'APIサーバーhttps://10.0.0.1:6443が応答しません',
  KUBELET: 'そのノードのkubeletがAPIサーバーに時間内に応答しません',
}

for (const [code, japanese] of Object.entries(UNREACHED)) {
  test(`an API server that is not reached (${code}) is told in Japanese`, async () => {
    const failure = new TransportFailure(ADMIN.server, code, 'x')
    const text = await ofServer(explainTransport(failure, ADMIN, 'list pods'))
    assert.ok(text.startsWith(`✖ ${japanese}`), text)
    assert.doesNotMatch(text.replace('ip route get', ''), ENGLISH)
  })
}

test('that an API server is asked again, and what an exercise sees of it, is told in Japanese', () => {
  const again = `the API server ${SERVER} refuses connections; it is asked again, for 8 s at most`
  const refuses = `APIサーバー${SERVER}が接続を拒否しています`
  assert.equal(ja(again), `${refuses}（あと最大8秒、再試行中）`)
  assert.equal(saidInParts(again, ja), `${refuses}; あと最大8秒、再試行中`)
  const seen = `the API server ${SERVER} refuses connections; wanted to list pods`
  assert.equal(saidInParts(seen, ja), `${refuses}; 試みた操作: list pods`)
})

test('that a proxy is in the way is told in Japanese', async () => {
  const behind = { ...ADMIN, proxy: 'http://p:3128' }
  const of = (code: string) => {
    const failure = new TransportFailure(ADMIN.server, code, 'x')
    return ofServer(explainTransport(failure, behind, 'list pods'))
  }
  assert.match(await of('ECONNREFUSED'), /^✖ プロキシhttp:\/\/p:3128が接続を拒否しています/)
  assert.match(await of('EPROTO'), /^✖ プロキシhttp:\/\/p:3128経由のAPIサーバーhttps:/)
  assert.doesNotMatch(await of('ECONNREFUSED'), ENGLISH)
})

for (const status of [400, 401, 403, 404, 409, 410, 413, 422, 429, 500]) {
  test(`what an API server refuses with ${status} is told in Japanese`, async () => {
    const reply = { status, body: {}, text: '' }
    const text = await ofServer(explainReply(reply, ADMIN, 'list pods'))
    assert.doesNotMatch(text, ENGLISH)
    assert.match(text, /^✖ .*[\p{sc=Hira}\p{sc=Han}]/u)
  })
}
