import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { test } from 'node:test'
import { programsContext } from '../../lib/cli/project.ts'
import { tryCorefile } from '../../lib/linux/corefile-trial.ts'
import { families } from '../../lib/supply/pins.ts'
import { lookPrograms } from '../../lib/supply/programs/cache.ts'
import { OF_2020, OF_CURRENT } from '../corefile/editions.ts'
import { skip as noRoot } from './kinds/support.ts'

const context = programsContext()
const there = await Promise.all(
  [families.coredns, families['coredns-current']].map((one) => lookPrograms(one, context)),
)
const skip = there.includes(null) ? 'no CoreDNS of both editions is in the cache' : noRoot
const PATH = '/etc/coredns/Corefile'
const LOADS = { loads: true }

function asked(version: string, text: string, more: Readonly<Record<string, string>> = {}) {
  const resolvConf = 'nameserver 192.0.2.1\n'
  const files = { [PATH]: text, ...more }
  return tryCorefile(context)({ version, path: PATH, files, resolvConf })
}

test('CoreDNS loads the Corefile of its edition, with nobody there to ask', { skip }, async () => {
  assert.deepEqual(await asked('1.6.2', OF_2020), LOADS)
  assert.deepEqual(await asked('1.14.6', OF_CURRENT), LOADS)
  assert.deepEqual(await asked('1.14.6', OF_2020), LOADS)
  assert.deepEqual(await asked('1.14.6', '. {\n    whoami\n}\n'), LOADS)
})

test(
  'what it refuses is told in its own words, with the line that it names',
  { skip },
  async () => {
    const old = OF_2020.replace('    loop\n', '    loop\n    proxy . 192.0.2.1\n')
    assert.deepEqual(await asked('1.14.6', old), {
      refused: "/etc/coredns/Corefile:12 - Error during parsing: Unknown directive 'proxy'",
      line: 12,
    })
    const early = await asked('1.6.2', OF_CURRENT)
    assert.ok('refused' in early && early.line === 14, JSON.stringify(early))
    const twice = await asked('1.14.6', '. {\n    whoami\n}\n. {\n    log\n}\n')
    assert.ok('refused' in twice && twice.line === null && /already defined/.test(twice.refused))
  },
)

test(
  'its files are those of the trial, and nothing of it is on this machine',
  { skip },
  async () => {
    const importing = OF_2020.replace('    loop\n', '    loop\n    import more.conf\n')
    assert.deepEqual(await asked('1.14.6', importing, { '/etc/coredns/more.conf': 'log\n' }), LOADS)
    assert.match(JSON.stringify(await asked('1.14.6', importing)), /which only its pods have/)
    const forward = OF_2020.replace('    loop\n', '    loop\n    forward . /etc/resolv.conf\n')
    assert.deepEqual(await asked('1.14.6', forward), LOADS)
    const none = await asked('1.14.6', forward, { '/etc/resolv.conf': '# none\n' })
    assert.match(JSON.stringify(none), /no valid upstream addresses found/)
    assert.equal(existsSync('/run/said'), false)
    assert.equal(existsSync('/run/secrets/kubernetes.io/serviceaccount/token'), false)
  },
)

test('what would start programs or write files, needs variables, or lies elsewhere is not tried', async () => {
  for (const text of [
    '. {\n  on startup /bin/true\n}\n',
    '. { on startup /bin/true\n}\n',
    '. {\n  sign db.a {\n    key file x\n  }\n}\n',
    '. {\n  import /tmp/*.conf\n}\n',
    '. {\n  import ../../tmp/x\n}\n',
    '. {\n  forward . {$UPSTREAM}\n}\n',
  ]) {
    assert.ok('unknown' in (await asked('1.14.6', text)))
  }
  assert.ok('unknown' in (await asked('1.14.6', OF_CURRENT, { '/srv/zone': '' })))
  assert.ok('unknown' in (await asked('1.5.0', OF_2020)))
})
