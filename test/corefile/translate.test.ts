import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseCorefile } from '../../lib/corefile/parse.ts'
import { printCorefile } from '../../lib/corefile/print.ts'
import { translate } from '../../lib/corefile/translate.ts'
import { CAME, isAfter, WENT } from '../../lib/corefile/versions.ts'

const OLD = '1.6.2'
const NEW = '1.14.6'

function translated(text: string, version: string) {
  const parsed = parseCorefile(text)
  assert.ok('statements' in parsed)
  const { statements, told, obstacles } = translate(parsed.statements, version)
  return { text: printCorefile(statements), told, obstacles }
}

/** A plugin, with that option where one is named. */
function having(plugin: string, option: string | null): string {
  const inside = option === null ? '' : ` {\n      ${option} x\n    }`
  return `.:53 {\n    ${plugin}${inside}\n}\n`
}

for (const [plugin, option, when] of CAME) {
  const what = option === null ? plugin : `${plugin} ${option}`
  test(`${what} came after ${OLD}, which is told with its line, and is left to ${NEW}`, () => {
    const text = having(plugin, option)
    const { obstacles } = translated(text, OLD)
    assert.deepEqual(
      obstacles.map(({ line }) => line),
      [option === null ? 2 : 3],
    )
    assert.match(obstacles[0]?.text ?? '', /only since/)
    assert.deepEqual(translated(text, NEW), { text, told: [], obstacles: [] })
    assert.ok(!isAfter(OLD, when) && isAfter(NEW, when))
  })
}

for (const [plugin, option, when, , becomes] of WENT) {
  const what = option === null ? plugin : `${plugin} ${option}`
  test(`${what} went: ${becomes}`, () => {
    const words = option === 'transfer' ? 'transfer to 10.0.0.1' : option
    const text =
      words === null
        ? `.:53 {\n    ${plugin} . 10.0.0.1\n}\n`
        : `.:53 {\n    ${plugin} a.example b.example {\n      ${words}\n    }\n}\n`
    const now = translated(text, NEW)
    const lines = [...now.told, ...now.obstacles].map(({ line }) => line)
    assert.deepEqual(lines, [option === null ? 2 : 3])
    const zones = plugin === 'file' ? 'b.example' : 'a.example b.example'
    const after = {
      nothing: text,
      'left out': `.:53 {\n    ${plugin} a.example b.example\n}\n`,
      forward: '.:53 {\n    forward . 10.0.0.1\n}\n',
      transfer: `.:53 {\n    ${plugin} a.example b.example\n    transfer ${zones} {\n      to 10.0.0.1\n    }\n}\n`,
    }
    assert.equal(now.text, after[becomes])
    assert.equal(now.obstacles.length, becomes === 'nothing' ? 1 : 0)
    if (isAfter(OLD, when)) return
    assert.deepEqual(translated(text, OLD), { text, told: [], obstacles: [] })
  })
}

test('each option of proxy becomes one of forward, goes with its reason, or stands in the way', () => {
  const proxy = (...options: readonly string[]) =>
    translated(`.:53 {\n    proxy . 10.0.0.1 {\n${options.join('\n')}\n    }\n}\n`, NEW)
  const kept = [
    ['policy random', 'policy random'],
    ['policy round_robin', 'policy round_robin'],
    ['policy first', 'policy sequential'],
    ['except a.example b.example', 'except a.example b.example'],
    ['protocol dns force_tcp', 'force_tcp'],
  ]
  for (const [option = '', becomes] of kept) {
    const now = proxy(option)
    assert.equal(now.text, `.:53 {\n    forward . 10.0.0.1 {\n      ${becomes}\n    }\n}\n`)
    assert.deepEqual(now.obstacles, [])
  }
  const gone = ['policy least_conn', 'protocol dns', 'spray', 'fail_timeout 10s', 'max_fails 3']
  for (const option of [...gone, 'health_check /health:8080']) {
    const now = proxy(option)
    assert.equal(now.text, '.:53 {\n    forward . 10.0.0.1\n}\n')
    assert.ok(now.told.some(({ line, text }) => line === 3 && text.startsWith(option)))
    assert.deepEqual(now.obstacles, [])
  }
  for (const option of ['protocol grpc', 'protocol https_google', 'whatever']) {
    assert.deepEqual(
      proxy(option).obstacles.map(({ line }) => line),
      [3],
    )
  }
})

test('transfer from of secondary stays, and transfer to goes', () => {
  const text =
    'a.example {\n    secondary {\n      transfer from 10.0.0.1\n      transfer to *\n    }\n}\n'
  assert.equal(
    translated(text, NEW).text,
    'a.example {\n    secondary {\n      transfer from 10.0.0.1\n    }\n    transfer {\n      to *\n    }\n}\n',
  )
})

test('several forward in a server block stand in the way of a CoreDNS that takes one', () => {
  const text = '. {\n    forward a.example 10.0.0.1\n    forward . 10.0.0.2\n}\n'
  assert.deepEqual(
    translated(text, OLD).obstacles.map(({ line }) => line),
    [3],
  )
  assert.deepEqual(translated(text, NEW).obstacles, [])
})

test('what CoreDNS never had as it is released stands in the way', () => {
  const { obstacles } = translated('. {\n    k8s_gateway a.example\n}\n', NEW)
  assert.match(obstacles[0]?.text ?? '', /no plugin of CoreDNS 1\.14\.6/)
})

test('a snippet may have options of a plugin, and is translated where it has plugins', () => {
  const text = '(more) {\n    max_fails 3\n    proxy . 10.0.0.1\n}\n'
  const { text: now, obstacles } = translated(text, NEW)
  assert.equal(now, text.replace('proxy', 'forward'))
  assert.deepEqual(obstacles, [])
})

test('of a version that the table does not have nothing is said', () => {
  const text = '. {\n    proxy . 10.0.0.1\n}\n'
  for (const version of ['1.4.0', '1.15.0']) {
    assert.deepEqual(translated(text, version), { text, told: [], obstacles: [] })
  }
})
