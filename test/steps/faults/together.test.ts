import assert from 'node:assert/strict'
import { test } from 'node:test'
import { levelOf } from '../../../lib/exercises/draw.ts'
import { identityOf } from '../../../lib/ports/identity.ts'
import { refOf } from '../../../lib/ports/cluster.ts'
import { type Fault, fitsSize } from '../../../lib/faults/fault.ts'
import { faults } from '../../../steps/faults.ts'
import { smallInventory } from '../../fakes/lab-world.ts'
import { actingIn, worldBefore } from '../../laws/scenario.ts'

/** What each fault would write, on a lab with the chapter. */
async function written(): Promise<readonly (readonly [Fault, readonly string[]])[]> {
  const world = await worldBefore('dns-probes')
  return Promise.all(
    faults(world).map(async (fault) => {
      const { objects = [], gone = [], resources = [] } = await fault.plan(actingIn(world))
      const refs = [...gone, ...objects.map(refOf)].map((ref) => JSON.stringify(ref))
      return [fault, [...refs, ...resources.map(identityOf)]] as const
    }),
  )
}

test('no two faults that an exercise puts on at once write the same', async () => {
  const all = await written()
  const at = (level: 1 | 2) => all.filter(([{ code }]) => code !== null && levelOf(code) === level)
  const second = at(2).filter(([{ needsDns }]) => needsDns !== true)
  assert.ok(at(1).length > 5 && second.length > 10)
  for (const [one, mine] of at(1)) {
    assert.notDeepEqual(mine, [], one.id)
    for (const [other, theirs] of second) {
      const both = theirs.filter((name) => mine.includes(name))
      assert.deepEqual(both, [], `${one.id} and ${other.id}`)
    }
  }
})

test('on a lab of one controller just those faults can be put on that fit it, so that no exercise draws another', async () => {
  const world = await worldBefore('dns-probes', { inventory: smallInventory })
  const small: string[] = []
  for (const fault of faults(world)) {
    const planned = await fault.plan(actingIn(world)).then(
      () => true,
      (error: unknown) => {
        assert.match(String(error), /this fault requires/)
        return false
      },
    )
    assert.equal(planned, fitsSize(fault, smallInventory.lab), fault.id)
    if (!planned) small.push(fault.id)
  }
  assert.ok(small.includes('api-server-down') && !small.includes('missing-route'))
})
