import assert from 'node:assert/strict'
import { test } from 'node:test'
import { InputError } from '../../lib/core/errors.ts'
import { contains } from '../../lib/inventory/address.ts'
import type { Inventory } from '../../lib/inventory/inventory.ts'
import { freshSeed, oneOf, seeded } from '../view/seeded.ts'
import { load, shipped } from './inventory-text.ts'

/** RUNS=… for more of them. */
const RUNS = Number(process.env['RUNS'] ?? 500)
const SECRETS = ['s3cretc4n4ry', 'h1ddenc4n4ry'] as const

const OWN = `target: { kubeconfig: ~/.kube/config, context: c, controllers: [10.0.0.1] }
manifest: { url: "https://me:${SECRETS[0]}@example.org/x", sha256: ${'ab'.repeat(32)} }
probe: { image: "https://me:${SECRETS[1]}@example.org/busybox:1" }
`

/** What people, editors and merges leave behind, and what breaks parsers. */
const PIECES = [
  ...['\t', '\n', ' ', ':', ': ', '- ', '#', '{', '}', '[', ']', ',', '"', "'", '|', '>', '%', '@'],
  ...[
    '&a ',
    '*a',
    '!x ',
    '!!set ',
    '---\n',
    '...\n',
    '<<: ',
    '? ',
    '%YAML 1.1\n---\n',
    '\r',
    '\u0000',
  ],
  ...['\u001b[2J', '\u009b', '\u202e', '\ufeff', '😀', '"\\e[2J"', '"\\u202e"', '"\\0"', '\\'],
  ...['null', '~', 'true', 'yes', '-1', '0', '1e999', '.nan', '0x10', '1_000', '2001-01-01'],
  ...['10.0.0.0/8', '0.0.0.0/0', '10.200.0.0/33', 'fd00::/8', '192.168.199.255', '127.0.0.1'],
  ...['__proto__: ', 'constructor: ', 'toString: ', 'target: ', 'lab:\n', 'podCIDR: ', '{}', '[]'],
]

function mutated(text: string, random: () => number): string {
  const below = (end: number) => Math.floor(random() * end)
  let result = text
  for (let left = 1 + below(4); left > 0; left--) {
    const from = below(result.length)
    const to = Math.min(result.length, from + below(below(2) === 0 ? 4 : 80))
    const piece = oneOf(random, PIECES)
    const copied = result.slice(from, to)
    const choices = [piece, '', copied.repeat(2), copied + piece, piece.repeat(below(50))]
    result = result.slice(0, from) + oneOf(random, choices) + result.slice(to)
  }
  return result
}

/** What every inventory promises to the steps. */
function keepsItsPromises({ lab, cluster, controllers, workers, target }: Inventory): void {
  assert.ok(contains(cluster.serviceCIDR, cluster.dnsAddress))
  assert.ok(workers.every(({ podCIDR }) => contains(cluster.podCIDR, podCIDR.split('/')[0] ?? '')))
  if (target.kind !== 'lab') return
  const hosts = [...lab.controllers, ...lab.workers]
  assert.ok(hosts.every(({ name }) => /^[a-z][-a-z0-9]{0,39}$/.test(name)))
  assert.ok(
    [...hosts.map(({ address }) => address), lab.machine].every((a) => contains(lab.network, a)),
  )
  assert.equal(
    new Set(hosts.flatMap(({ name, address }) => [name, address])).size,
    2 * hosts.length,
  )
  assert.ok([1, 3, 5].includes(controllers.length) && workers.length > 0)
  assert.match(lab.name, /^[a-z][-a-z0-9]{0,9}$/)
}

/** What every complaint promises to whoever reads it. */
function isFitToRead(error: unknown, text: string): void {
  assert.ok(error instanceof InputError, String(error))
  const { problem, seen = [], cause = '', remedy } = error.explanation
  const lines = [problem, ...seen, cause, remedy]
  assert.ok(
    lines.every((line) => !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u.test(line)),
    lines.join('\n'),
  )
  for (const secret of SECRETS) {
    // Torn out of its URL nothing shows that it is one.
    const isWhole = text.split(secret).length === text.split(`//me:${secret}@`).length
    assert.ok(!isWhole || !lines.join('\n').includes(secret), lines.join('\n'))
  }
  assert.ok(lines.every((line) => line.length < 600))
  assert.ok(!/undefined|\[object|NaN:/.test(lines.join('\n')), lines.join('\n'))
  const places = seen.length === 0 ? [problem] : seen.filter((line) => !line.startsWith('and '))
  assert.ok(
    places.every((line) => /^inventory\.yaml:[1-9]\d*:[1-9]\d* \S/.test(line)),
    problem,
  )
  assert.notEqual(remedy, '')
}

test('whatever is done to the file, it is an inventory or a readable complaint', async (t) => {
  const seed = freshSeed()
  const random = seeded(seed)
  let accepted = 0
  for (let run = 0; run < RUNS; run++) {
    const text = mutated(run % 3 === 0 ? OWN : shipped, random)
    try {
      keepsItsPromises(await load(text))
      accepted++
    } catch (error) {
      try {
        isFitToRead(error, text)
      } catch (unfit) {
        t.diagnostic(`seed ${String(seed)}, run ${String(run)}: ${JSON.stringify(text)}`)
        throw unfit
      }
    }
  }
  t.diagnostic(
    `seed ${String(seed)}: ${String(RUNS)} files, ${String(accepted)} of them inventories (SEED=… repeats it)`,
  )
})
