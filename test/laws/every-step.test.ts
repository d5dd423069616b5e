import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { UnknownYetError } from '../../lib/errors.ts'
import type { Json } from '../../lib/json.ts'
import type { Check, Step } from '../../lib/step.ts'
import { labWorld, type LabWorld } from '../fakes/lab-world.ts'
import {
  actingIn,
  type Drifted,
  dryRunOver,
  imageOf,
  prepare,
  PRIOR_STATES,
  type PriorState,
  stepIn,
  stepsOf,
  worldBefore,
} from './scenario.ts'

/** Its objects go with etcd's data: a lab whose API servers are gone has to come down, too. */
const LEAVES_OBJECTS = ['allow-kubelet-access']

const steps = stepsOf(labWorld())
const cases = steps.flatMap(({ id }) => PRIOR_STATES.map((prior) => ({ id, prior })))

/** A world before a step, found in that state; null where the step knows no such state. */
async function found(
  id: string,
  prior: PriorState,
): Promise<{ world: LabWorld; step: Step } | null> {
  const world = await worldBefore(id)
  return (await prepare(world, id, prior)) ? { world, step: stepIn(world, id) } : null
}

function writesOf({ host, stored }: LabWorld): readonly string[] {
  return [...host.writes, ...stored.writes]
}

async function checkOf(step: Step, on: Parameters<Step['check']>[0]): Promise<Check> {
  try {
    return await step.check(on)
  } catch (error) {
    if (!(error instanceof UnknownYetError)) throw error
    return { status: 'unknown', after: error.after, because: error.because }
  }
}

/** What a step has to do in that state, or null where that is nothing or is refused. */
function isOpen(check: Check): check is Drifted {
  return check.status === 'drifted' && check.blocked === undefined
}

function throughJson<T extends Json>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T
}

function given(world: LabWorld, step: Step) {
  const image = imageOf(world)
  return LEAVES_OBJECTS.includes(step.id) ? image['host'] : image
}

for (const { id, prior } of cases) {
  describe(`${id}, found ${prior}`, () => {
    test('its dry-run writes nothing, and afterwards there is nothing more to plan', async (t) => {
      const scene = await found(id, prior)
      if (scene === null) return t.skip('it makes nothing that could be found so')
      const { world, step } = scene
      const before = imageOf(world)
      const written = writesOf(world)
      const on = dryRunOver(world, step)
      const check = await checkOf(step, on)
      if (isOpen(check)) {
        await step.apply(on, check.changes)
        const again = await checkOf(step, on)
        const left = again.status === 'drifted' ? again.changes : []
        assert.deepEqual(
          left.filter(({ action }) => action !== 'wait'),
          [],
        )
      }
      assert.deepEqual(imageOf(world), before)
      assert.deepEqual(writesOf(world), written)
    })

    test('once applied and verified it is satisfied, and applied again it changes nothing', async (t) => {
      const scene = await found(id, prior)
      if (scene === null) return t.skip('it makes nothing that could be found so')
      const { world, step } = scene
      const on = actingIn(world)
      const check = await step.check(on)
      const before = writesOf(world)
      if (check.status === 'drifted' && check.blocked !== undefined) {
        await assert.rejects(step.apply(on, check.changes), { name: 'StepError' })
        assert.deepEqual(writesOf(world), before)
        return
      }
      if (isOpen(check)) await step.apply(on, check.changes)
      assert.notEqual(await step.verify(on), '')
      const again = await step.check(on)
      assert.equal(again.status, 'satisfied', JSON.stringify(again))
      const image = imageOf(world)
      await step.apply(on, [])
      assert.deepEqual(imageOf(world), image)
    })

    test('its rollback gives back exactly what was found, once and again, with data that went through JSON', async (t) => {
      const scene = await found(id, prior)
      if (scene === null) return t.skip('it makes nothing that could be found so')
      const { world, step } = scene
      const before = given(world, step)
      const facts: Json[] = []
      const on = actingIn(world, facts)
      const check = await step.check(on)
      if (!isOpen(check)) return
      assert.deepEqual(throughJson(check.undo), check.undo)
      await step.apply(on, check.changes)
      await step.verify(on)
      assert.deepEqual(throughJson(facts), facts)
      const undo = throughJson(check.undo)
      await step.rollback(on, undo, throughJson(facts))
      assert.deepEqual(given(world, step), before)
      await step.rollback(on, undo, throughJson(facts))
      assert.deepEqual(given(world, step), before)
    })
  })
}
