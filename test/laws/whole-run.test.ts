import assert from 'node:assert/strict'
import { test } from 'node:test'
import { StepError } from '../../lib/core/errors.ts'
import type { Event } from '../../lib/ports/events.ts'
import type { Change } from '../../lib/core/change.ts'
import { otherState } from '../fakes/other-state.ts'
import { labWorld, type LabWorldOptions, smallInventory } from '../fakes/lab-world.ts'
import { command, type Place, placeOf, type Told } from './run.ts'
import { imageOf, stepsOf } from './scenario.ts'

const ids = stepsOf(labWorld()).map(({ id }) => id)

/** A machine on which lab and chapter are done. */
async function done(options: LabWorldOptions = {}): Promise<Place> {
  const place = placeOf(labWorld(options))
  const ran = await command(place, { mode: 'run' })
  assert.equal(ran.code, 0, why(ran))
  return place
}

function why({ events }: Told): string {
  return JSON.stringify(events.filter(({ type }) => type === 'step-failed' || type === 'run-ended'))
}

function writesOf({ lab }: Place): readonly string[] {
  return [...lab.host.writes, ...lab.stored.writes]
}

/** What each step said it changes, or changed. */
function changesIn(
  { events }: Told,
  type: 'step-planned' | 'step-done',
): ReadonlyMap<string, readonly Change[]> {
  return new Map(
    events.flatMap((event) => (event.type === type ? [[event.step, event.changes] as const] : [])),
  )
}

function endings({ events }: Told): ReadonlyMap<string, Event['type']> {
  const begun: readonly Event['type'][] = ['step-started', 'step-progress']
  return new Map(
    events.flatMap((event) =>
      'step' in event && !begun.includes(event.type) ? [[event.step, event.type] as const] : [],
    ),
  )
}

test('a dry-run on an empty machine tells of every step and writes nothing, not even a journal', async () => {
  const place = placeOf(labWorld())
  const before = imageOf(place.lab)
  const ran = await command(place, { mode: 'dry-run' })
  assert.equal(ran.code, 0, why(ran))
  assert.deepEqual([...endings(ran).keys()], ids)
  assert.deepEqual(
    [imageOf(place.lab), writesOf(place), place.state.journals.size],
    [before, [], 0],
  )
  assert.deepEqual(place.state.writes, [], 'no lock')
})

test('what a dry-run on an empty machine has planned is what the run then does', async () => {
  const planned = changesIn(await command(placeOf(labWorld()), { mode: 'dry-run' }), 'step-planned')
  const made = changesIn(await command(placeOf(labWorld()), { mode: 'run' }), 'step-done')
  const foreseen = [...made].filter(([step]) => planned.has(step))
  assert.deepEqual(ownerless(foreseen), ownerless([...planned].filter(([step]) => made.has(step))))
  assert.ok(foreseen.length > ids.length / 2, `${foreseen.length} steps foreseen`)
})

test('a run makes lab and chapter, and a second one writes nothing and takes no lock', async () => {
  const place = await done()
  const [writes, journals, locks] = [
    writesOf(place),
    new Map(place.state.journals),
    place.state.writes,
  ]
  const again = await command(place, { mode: 'run' })
  assert.deepEqual([again.code, again.changed, again.unchanged], [0, 0, ids.length])
  assert.deepEqual([...new Set(endings(again).values())], ['step-satisfied'])
  assert.deepEqual(
    [writesOf(place), place.state.journals, place.state.writes],
    [writes, journals, locks],
  )
})

test('after a run verify proves every step, without a write', async () => {
  const place = await done()
  const writes = writesOf(place)
  const verified = await command(place, { mode: 'verify' })
  assert.deepEqual([verified.code, verified.unchanged], [0, ids.length])
  assert.deepEqual([...new Set(endings(verified).values())], ['step-proven'])
  assert.deepEqual(writesOf(place), writes)
})

test('a rollback takes the chapter away and leaves the lab as it was', async () => {
  const place = placeOf(labWorld())
  assert.equal((await command(place, { mode: 'run', only: 'check-machine' })).code, 0)
  const fresh = placeOf(labWorld())
  await command(fresh, { mode: 'run', from: ids[0] })
  const back = await command(fresh, { mode: 'rollback', list: 'chapter' })
  assert.equal(back.code, 0, why(back))
  const lab = imageOf(fresh.lab)
  assert.ok(!JSON.stringify(lab).includes('coredns.yaml'))
  assert.equal((await command(fresh, { mode: 'run' })).code, 0)
  assert.equal((await command(fresh, { mode: 'rollback', list: 'chapter' })).code, 0)
  assert.deepEqual(imageOf(fresh.lab), lab)
})

test("a rollback's dry-run says what the rollback then says, whatever others did meanwhile, and writes nothing", async () => {
  const meddle: readonly ((place: Place) => void)[] = [
    () => undefined,
    ({ lab: { stored } }) => {
      for (const object of stored.objects()) {
        if (object.kind !== 'ConfigMap') continue
        const metadata = { ...object.metadata, annotations: { note: 'theirs' } }
        stored.put({ ...object, metadata })
      }
    },
  ]
  for (const by of meddle) {
    const place = await done({ inventory: smallInventory })
    by(place)
    const [writes, journals] = [writesOf(place), new Map(place.state.journals)]
    const told = await command(place, { mode: 'rollback', list: 'chapter', dryRun: true })
    assert.equal(told.code, 0, why(told))
    assert.deepEqual([writesOf(place), place.state.journals], [writes, journals])
    const back = await command(place, { mode: 'rollback', list: 'chapter' })
    const undone = back.events.flatMap((event) =>
      event.type === 'step-undone' ? [[event.step, event.undone]] : [],
    )
    const planned = told.events.flatMap((event) =>
      event.type === 'step-planned' ? [[event.step, event.undo]] : [],
    )
    assert.deepEqual(planned, undone)
    assert.ok(planned.length > 0)
  }
})

test('lab down leaves nothing of lab and chapter, and can be run again', async () => {
  const place = await done()
  for (const time of ['once', 'again']) {
    const down = await command(place, { mode: 'rollback', list: 'lab' })
    assert.equal(down.code, 0, why(down))
    assert.deepEqual(imageOf(place.lab), { host: {}, cluster: [] }, time)
  }
})

test('what differs afterwards, whatever it is, verify finds and the next run mends', async () => {
  const place = await done({ inventory: smallInventory })
  const { host } = place.lab
  const image = imageOf(place.lab)
  for (const { name, resource, now } of host.entries()) {
    const other = otherState(resource, now)
    if (other === null) continue
    host.set(resource, other)
    const verified = await command(place, { mode: 'verify' })
    assert.equal(verified.code, 3, `${name}: ${why(verified)}`)
    const mended = await command(place, { mode: 'run' })
    assert.equal(mended.code, 0, `${name}: ${why(mended)}`)
    assert.deepEqual(imageOf(place.lab), image, name)
  }
})

test('what is gone afterwards, whatever it is, the next run makes again', async () => {
  const place = await done({ inventory: smallInventory })
  const { host } = place.lab
  const image = imageOf(place.lab)
  for (const { name, resource } of host.entries()) {
    host.set(resource, null)
    const mended = await command(place, { mode: 'run' })
    assert.equal(mended.code, 0, `${name}: ${why(mended)}`)
    assert.deepEqual(imageOf(place.lab), image, name)
  }
})

const first = await command(placeOf(labWorld()), { mode: 'run' })
const changing = changesIn(first, 'step-done')
const writing = ids.filter((id) => changing.get(id)?.some(({ action }) => action !== 'wait'))

for (const id of writing) {
  test(`a run that fails in ${id} gives that step back, and --resume finishes it`, async () => {
    const whole = imageOf((await done()).lab)
    let failing = ''
    let step = ''
    const strike = (line: string): void => {
      if (step !== id || failing !== '') return
      failing = line
      throw new StepError({ problem: `could not ${line}`, remedy: 'none' })
    }
    const place = placeOf(
      labWorld({ host: { beforeWrite: strike }, cluster: { beforeWrite: strike } }),
    )
    const failed = await command(place, { mode: 'run' }, (started) => (step = started))
    assert.equal(failed.code, 1)
    assert.equal(endings(failed).get(id), 'step-failed')
    const resumed = await command(place, { mode: 'run', resume: true })
    assert.equal(resumed.code, 0, why(resumed))
    assert.deepEqual(imageOf(place.lab), whole)
  })
}

/** Who will own an object's fields is the server's to say, and on an empty machine there is none to ask. */
function ownerless(changes: unknown): unknown {
  return JSON.parse(
    JSON.stringify(changes, (key, value: unknown) => (key === 'managedFields' ? undefined : value)),
  )
}
