import assert from 'node:assert/strict'
import { test } from 'node:test'
import { exitCodeOf } from '../../lib/core/errors.ts'
import type { Missing } from '../../lib/core/observation.ts'
import { causesOf } from '../../lib/cli/causes.ts'
import { PROBES } from '../../lib/dns/probe-pods.ts'
import type { Reading } from '../../lib/ports/step.ts'
import { labSteps } from '../../steps/lab.ts'
import { fakeClock } from '../fakes/engine.ts'
import { labWorld } from '../fakes/lab-world.ts'
import { actingIn, carryOut, stepsOf } from './scenario.ts'

/** Everything is done, so that all there is to do is to look. */
const world = labWorld()
for (const step of stepsOf(world)) await carryOut(step, world)

const PORTS = { host: world.host, cluster: world.cluster }

/** All that a port can be asked, whatever it may be asked one day. */
const METHODS = (['host', 'cluster'] as const).flatMap((port) =>
  Object.entries(PORTS[port]).flatMap(([method, given]) =>
    typeof given === 'function' ? [{ port, method }] : [],
  ),
)

/** Ports of which one method has a bug; tells when it was met first, and what was said since. */
function withBug({ port, method }: (typeof METHODS)[number]) {
  const bug = new TypeError(`${method} is not a function`)
  const seen: { metAt: Date | null; readonly said: string[] } = { metAt: null, said: [] }
  const broken = () => {
    seen.metAt ??= on.clock.now()
    // A stream has nothing else to throw with.
    if (method === 'watch') throw bug
    return Promise.reject(bug)
  }
  const told = {
    progress: (text: string) => void seen.said.push(text),
    saw: ({ missing }: Missing) => void seen.said.push(...missing),
  }
  const on = {
    ...actingIn({ ...PORTS, [port]: { ...PORTS[port], [method]: broken } }),
    ...told,
  }
  return { bug, seen, on }
}

async function outcomeOf(work: () => Promise<unknown>): Promise<unknown> {
  return Promise.try(work).then(
    () => null,
    (error: unknown) => error,
  )
}

for (const step of stepsOf(world)) {
  test(`${step.id} ends at once with a bug of this program, and never tells it as seen`, async () => {
    for (const method of METHODS) {
      for (const look of [(on: Reading) => step.check(on), (on: Reading) => step.verify(on)]) {
        const { bug, seen, on } = withBug(method)
        const outcome = await outcomeOf(() => look(on))
        if (seen.metAt === null) continue
        const name = `${method.port}.${method.method}`
        assert.equal(outcome, bug, name)
        assert.equal(exitCodeOf(outcome), 70)
        assert.deepEqual(on.clock.now(), seen.metAt, `${name}: nothing was waited for`)
        assert.ok(!seen.said.some((text) => text.includes(bug.message)), name)
      }
    }
  })
}

test('nor does the diagnosis', async () => {
  const { inventory, layout } = world
  const common = { inventory, layout, probes: PROBES, labSteps: labSteps({ inventory, layout }) }
  const failure = { step: 'coredns-pods', touches: [], examines: [], problem: '', seen: [] }
  let met = 0
  for (const method of METHODS) {
    const { bug, seen, on } = withBug(method)
    const clock = { ...fakeClock(), sleep: () => new Promise<void>(() => undefined) }
    const looking = { host: on.host, cluster: on.cluster, clock }
    const { gather } = causesOf({ ...common, looking, onEvidence: undefined })
    const outcome = await outcomeOf(() => gather(failure))
    if (seen.metAt === null) continue
    assert.equal(outcome, bug, `${method.port}.${method.method}`)
    met += 1
  }
  assert.ok(met > 3)
})
