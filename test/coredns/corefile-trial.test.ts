import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { tryCorefileOf } from '../../lib/coredns/corefile-trial.ts'
import { parseManifest } from '../../lib/objects/manifest.ts'
import type { CorefileTrial, CorefileVerdict } from '../../lib/ports/host.ts'
import type { KubeObject } from '../../lib/ports/cluster.ts'
import { OF_CURRENT } from '../corefile/editions.ts'
import { fakeHost } from '../fakes/host.ts'
import { PROJECT } from '../fakes/lab-world.ts'

const FILE = `${PROJECT}manifests/coredns-1.14.6.yaml`
const OBJECTS = parseManifest(await readFile(FILE), FILE)
const RESOLV_CONF = '# none\n'

function withText(text: string): readonly KubeObject[] {
  return OBJECTS.map((one) =>
    one.kind === 'ConfigMap' ? { ...one, data: { Corefile: text } } : one,
  )
}

type Case = {
  readonly live?: readonly KubeObject[]
  readonly left?: boolean
  readonly proven?: boolean
}

async function tried(verdict: CorefileVerdict, { live, left = false, proven = false }: Case = {}) {
  const trials: CorefileTrial[] = []
  const host = fakeHost({
    tryCorefile: (trial) => {
      trials.push(trial)
      return Promise.resolve(verdict)
    },
  })
  const all = OBJECTS.map((object, i) => {
    const there = live?.[i] ?? null
    return { object, becomes: left ? (there ?? object) : object, live: there }
  })
  return {
    found: await tryCorefileOf(all, host, { left, proven, resolvConf: RESOLV_CONF }),
    trials,
  }
}

test('the Corefile that is to be is tried by the CoreDNS that is to come, with the files of its pods', async () => {
  const { found, trials } = await tried({ loads: true })
  assert.deepEqual(trials, [
    {
      ...{ version: '1.14.6', path: '/etc/coredns/Corefile', resolvConf: RESOLV_CONF },
      files: { '/etc/coredns/Corefile': OF_CURRENT },
    },
  ])
  assert.ok(found !== null && 'note' in found)
  assert.match(found.note, /^Corefile of configmap\/coredns: CoreDNS 1\.14\.6 loads it/)
})

test('where neither Corefile nor CoreDNS becomes another one nothing is tried', async () => {
  assert.deepEqual(await tried({ loads: true }, { live: OBJECTS }), { found: null, trials: [] })
})

test("the own Corefile of an edition needs no trial where its edition's CoreDNS comes with it", async () => {
  assert.deepEqual(await tried({ loads: true }, { proven: true }), { found: null, trials: [] })
})

test('what is left to its owner is what the new CoreDNS has to load', async () => {
  const live = withText('theirs\n')
  const { trials } = await tried({ loads: true }, { live, left: true })
  // The Corefile stays, and so does the CoreDNS that has it.
  assert.deepEqual(trials, [])
  const older = live.map((one) => {
    const text = JSON.stringify(one).replace('v1.14.6', 'v1.9.3')
    return one.kind === 'Deployment' ? (JSON.parse(text) as KubeObject) : one
  })
  const other = await tried({ loads: true }, { live: older })
  assert.equal(other.trials[0]?.files['/etc/coredns/Corefile'], OF_CURRENT)
})

test('a refusal is told with the line as it stands there', async () => {
  const { found } = await tried({ refused: "Unknown directive 'x'", line: 2 })
  assert.ok(found !== null && 'refused' in found)
  assert.match(found.refused, /does not load it: Unknown directive 'x' \(line 2: errors\)$/)
})

test('whether it is the live text that is refused is known, as only then there is something to edit', async () => {
  const isOfLive = async (live?: readonly KubeObject[]): Promise<boolean | null> => {
    const { found } = await tried({ refused: 'x', line: 1 }, live === undefined ? {} : { live })
    return found !== null && 'refused' in found ? found.ofLive : null
  }
  assert.equal(await isOfLive(), false)
  assert.equal(await isOfLive(withText('theirs\n')), false)
  const older = JSON.parse(JSON.stringify(OBJECTS).replace('v1.14.6', 'v1.9.3')) as KubeObject[]
  assert.equal(await isOfLive(older), true)
})

test('what could not be tried is said with its reason', async () => {
  const { found } = await tried({ unknown: 'CoreDNS 1.14.6 is not on this machine' })
  assert.ok(found !== null && 'note' in found)
  assert.match(found.note, /was not tried: CoreDNS 1\.14\.6 is not on this machine$/)
})
