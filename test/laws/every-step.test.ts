import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { StepError, UnknownYetError } from '../../lib/core/errors.ts'
import { movesOf } from '../../lib/engine/saved-plan-moves.ts'
import {
  parsePlan,
  PLAN_VERSION,
  planText,
  savedCheck,
  type SavedPlan,
} from '../../lib/engine/saved-plan.ts'
import type { Json } from '../../lib/core/json.ts'
import type { Check, Reading, Step } from '../../lib/ports/step.ts'
import { labWorld, type LabWorld, smallInventory } from '../fakes/lab-world.ts'
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

/** A step in a world where everything before it is done and of its own work there is some. */
interface Scene {
  readonly world: LabWorld
  readonly step: Step
  /** From now on the n-th write (from 1) fails. */
  readonly failAt: (n: number) => void
}

async function sceneOf(id: string, prior: PriorState): Promise<Scene | null> {
  let left = Infinity
  const beforeWrite = (line: string): void => {
    left -= 1
    if (left === 0) throw new StepError({ problem: `could not ${line}`, remedy: 'none' })
  }
  const world = await worldBefore(id, {
    inventory: smallInventory,
    host: { beforeWrite },
    cluster: { beforeWrite },
  })
  if (!(await prepare(world, id, prior))) return null
  return { world, step: stepIn(world, id), failAt: (n) => (left = n) }
}

/** Steps that make nothing are found in one state only. */
async function casesOf(): Promise<readonly { id: string; prior: PriorState }[]> {
  const all = stepsOf(labWorld()).flatMap(({ id }) => PRIOR_STATES.map((prior) => ({ id, prior })))
  const scenes = await Promise.all(all.map(({ id, prior }) => sceneOf(id, prior)))
  return all.filter((_, i) => scenes[i] !== null)
}

async function set(id: string, prior: PriorState): Promise<Scene> {
  const scene = await sceneOf(id, prior)
  assert.ok(scene)
  return scene
}

function writesOf({ host, stored }: LabWorld): readonly string[] {
  return [...host.writes, ...stored.writes]
}

async function checkOf(step: Step, on: Reading): Promise<Check> {
  try {
    return await step.check(on)
  } catch (error) {
    if (!(error instanceof UnknownYetError)) throw error
    return { status: 'unknown', after: error.after, because: error.because }
  }
}

/** Something is to be done, and nothing stands in the way. */
function isOpen(check: Check): check is Drifted {
  return check.status === 'drifted' && check.blocked === undefined
}

function throughJson<T extends Json>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T
}

/** A plan of that step alone. */
function planWith({ id }: Step, check: Check): SavedPlan {
  return {
    ...{ v: PLAN_VERSION, kind: 'plan', made: '', program: '', target: '', inventory: '' },
    cluster: null,
    steps: [{ list: 'lab', step: id, check: savedCheck(check) }],
  }
}

/** What the step's rollback answers for. */
function imageFor({ world, step }: Scene): Json {
  const { host = null, ...rest } = imageOf(world)
  return LEAVES_OBJECTS.includes(step.id) ? host : { host, ...rest }
}

for (const { id, prior } of await casesOf()) {
  describe(`${id}, where there is ${prior}`, () => {
    test('its dry-run writes nothing, and leaves nothing more to plan', async () => {
      const { world, step } = await set(id, prior)
      const before = imageOf(world)
      const written = writesOf(world)
      const on = dryRunOver(world, step)
      const check = await checkOf(step, on)
      if (isOpen(check)) {
        await step.apply(on, check.changes)
        const again = await checkOf(step, on)
        const left = again.status === 'drifted' ? again.changes : []
        const open = left.filter(({ action }) => action !== 'wait')
        assert.deepEqual(open, [])
      }
      assert.deepEqual(imageOf(world), before)
      assert.deepEqual(writesOf(world), written)
    })

    test('its dry-run plans the very changes that the run then makes', async () => {
      const { world, step } = await set(id, prior)
      const planned = await checkOf(step, dryRunOver(world, step))
      assert.deepEqual(planned, await checkOf(step, actingIn(world)))
    })

    test('what it would write rests on evidence, which a saved plan finds unmoved', async () => {
      const { world, step } = await set(id, prior)
      const planned = await checkOf(step, dryRunOver(world, step))
      if (isOpen(planned) && planned.changes.some(({ action }) => action !== 'wait')) {
        assert.notDeepEqual(planned.evidence ?? [], [])
      }
      const saved = parsePlan(planText(planWith(step, planned)), 'plan.json').steps[0]?.check
      assert.ok(saved)
      const now = await checkOf(step, actingIn(world))
      if (planned.status === 'drifted' && planned.blocked !== undefined) return
      assert.deepEqual(
        movesOf(step, saved, now, (value) => value),
        [],
      )
    })

    test('once applied and verified it is satisfied, and applied again it changes nothing', async () => {
      const { world, step } = await set(id, prior)
      const on = actingIn(world)
      const check = await step.check(on)
      const before = writesOf(world)
      if (check.status === 'drifted' && check.blocked !== undefined) {
        await assert.rejects(step.apply(on, check.changes), { explanation: check.blocked })
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

    test('its rollback gives back exactly what was found, once and again, by data that went through JSON', async () => {
      const scene = await set(id, prior)
      const { world, step } = scene
      const before = imageFor(scene)
      const facts: Json[] = []
      const on = actingIn(world, facts)
      const check = await step.check(on)
      if (!isOpen(check)) return
      await step.apply(on, check.changes)
      await step.verify(on)
      assert.deepEqual(throughJson(check.undo), check.undo)
      assert.deepEqual(throughJson(facts), facts)
      for (const time of ['once', 'again']) {
        await step.rollback(on, throughJson(check.undo), throughJson(facts))
        assert.deepEqual(imageFor(scene), before, time)
      }
    })

    test('its rollback gives back exactly what was found when it had come but half-way', async () => {
      const scene = await set(id, prior)
      const all = await writesIn(await set(id, prior))
      for (const n of new Set([1, Math.ceil(all / 2), all])) {
        const { world, step, failAt } = n === 1 ? scene : await set(id, prior)
        const before = imageFor({ world, step, failAt })
        const facts: Json[] = []
        const on = actingIn(world, facts)
        const check = await step.check(on)
        if (!isOpen(check) || all === 0) return
        failAt(n)
        await assert.rejects(step.apply(on, check.changes), { name: 'StepError' })
        await step.rollback(on, throughJson(check.undo), throughJson(facts))
        assert.deepEqual(imageFor({ world, step, failAt }), before)
      }
    })
  })
}

/** How many writes the step makes. */
async function writesIn({ world, step }: Scene): Promise<number> {
  const before = writesOf(world).length
  const on = actingIn(world)
  const check = await step.check(on)
  if (isOpen(check)) await step.apply(on, check.changes)
  return writesOf(world).length - before
}
