import assert from 'node:assert/strict'
import { test } from 'node:test'
import { causesOf } from '../../lib/cli/causes.ts'
import { PROBES } from '../../lib/dns/probe-pods.ts'
import type { Reading } from '../../lib/ports/step.ts'
import { labSteps } from '../../steps/lab.ts'
import { fakeClock } from '../fakes/engine.ts'
import { labWorld } from '../fakes/lab-world.ts'
import { actingIn, carryOut, stepsOf } from './scenario.ts'

const HOST = [
  'look',
  'readFile',
  'daemons',
  'answering',
  'inspectTls',
  'network',
  'facts',
  'fetch',
] as const
const CLUSTER = [
  'get',
  'list',
  'preview',
  'watch',
  'kubeletConfig',
  'logs',
  'exec',
  'exchange',
] as const

/** Everything is done, so that all there is to do is to look. */
const world = labWorld()
for (const step of stepsOf(world)) await carryOut(step, world)

/** Ports of which one method has a bug; `met` tells whether anybody has used it. */
function withBug(port: 'host' | 'cluster', method: string) {
  const bug = new TypeError(`${method} is not a function`)
  const seen = { met: false }
  const broken = () => {
    seen.met = true
    // A stream has nothing else to throw with.
    if (method === 'watch') throw bug
    return Promise.reject(bug)
  }
  const ports = { host: world.host, cluster: world.cluster }
  const on = actingIn({ ...ports, [port]: { ...ports[port], [method]: broken } })
  return { bug, seen, on }
}

const METHODS = [
  ...HOST.map((method) => ['host', method] as const),
  ...CLUSTER.map((method) => ['cluster', method] as const),
]

async function outcomeOf(work: () => Promise<unknown>): Promise<unknown> {
  return Promise.try(work).then(
    () => null,
    (error: unknown) => error,
  )
}

for (const step of stepsOf(world)) {
  test(`${step.id} takes no bug of this program for a state of the world`, async () => {
    for (const [port, method] of METHODS) {
      for (const look of [(on: Reading) => step.check(on), (on: Reading) => step.verify(on)]) {
        const { bug, seen, on } = withBug(port, method)
        const outcome = await outcomeOf(() => look(on))
        if (seen.met) assert.equal(outcome, bug, `${port}.${method}`)
      }
    }
  })
}

test('nor does the diagnosis', async () => {
  const { inventory, layout } = world
  const common = { inventory, layout, probes: PROBES, labSteps: labSteps({ inventory, layout }) }
  const failure = { step: 'coredns-pods', touches: [], examines: [], problem: '', seen: [] }
  let met = 0
  for (const [port, method] of METHODS) {
    const { bug, seen, on } = withBug(port, method)
    const clock = { ...fakeClock(), sleep: () => new Promise<void>(() => undefined) }
    const looking = { host: on.host, cluster: on.cluster, clock }
    const { gather } = causesOf({ ...common, looking, onEvidence: undefined })
    const outcome = await outcomeOf(() => gather(failure))
    if (seen.met) assert.equal(outcome, bug, `${port}.${method}`)
    if (seen.met) met += 1
  }
  assert.ok(met > 3)
})
