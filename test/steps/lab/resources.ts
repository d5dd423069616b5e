import assert from 'node:assert/strict'
import type { Process, Resource, ResourceKind, ResourceOf } from '../../../lib/ports/resources.ts'
import { labSteps } from '../../../steps/lab.ts'
import type { Step } from '../../../lib/ports/step.ts'
import type { Before } from '../../../lib/ports/host.ts'
import { defaultInventory, labWorld } from '../../fakes/lab-world.ts'
import { actingIn } from '../../laws/scenario.ts'
import { labOf } from '../../../lib/lab/layout.ts'
import type { Inventory } from '../../../lib/inventory/inventory.ts'

/** The step of the lab with that id. */
export function labStep(id: string, inventory: Inventory = defaultInventory): Step {
  const step = labSteps(labOf(inventory)).find((one) => one.id === id)
  assert.ok(step, `no step ${id}`)
  return step
}

/** All that a step would put on an empty machine, in its order. */
export async function resourcesOf(
  id: string,
  inventory: Inventory = defaultInventory,
): Promise<readonly Resource[]> {
  const check = await labStep(id, inventory).check(actingIn(labWorld({ inventory })))
  assert.ok(check.status === 'drifted')
  return (check.undo as readonly Before[]).map(({ resource }) => resource)
}

/** Those of a kind. */
export async function thoseOf<K extends ResourceKind>(
  kind: K,
  id: string,
): Promise<readonly ResourceOf<K>[]> {
  return (await resourcesOf(id)).filter((one): one is ResourceOf<K> => one.kind === kind)
}

/** The flags of a daemon, by name. */
export function flagsOf({ argv }: Process): Readonly<Record<string, string>> {
  return Object.fromEntries(
    argv.slice(1).map((flag) => {
      const [name = '', ...value] = flag.replace(/^--/, '').split('=')
      return [name, value.join('=')]
    }),
  )
}

/** The text of the only file whose path ends so. */
export async function textOf(id: string, end: string): Promise<string> {
  const found = (await thoseOf('file', id)).filter(({ path }) => path.endsWith(end))
  assert.equal(found.length, 1, end)
  return found[0]?.text ?? ''
}
