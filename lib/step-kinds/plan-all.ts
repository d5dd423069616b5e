import type { OnConflict } from '../core/change.ts'
import { StepError } from '../core/errors.ts'
import { type Judged, type PlannedObject, planObject } from '../objects/plan-object.ts'
import {
  type ClusterReader,
  type KubeObject,
  type Lacking,
  type Need,
  refOf,
} from '../ports/cluster.ts'

/** Objects as they are planned, and why some could not be. */
export type PlannedAll = {
  readonly planned: readonly PlannedObject[]
  readonly failed: readonly StepError[]
  readonly judged: readonly Judged[]
}

/** Plans all: what stands in the way of one object does not hide what does of the others. */
export async function planAll(
  cluster: ClusterReader,
  objects: readonly KubeObject[],
  policy: OnConflict,
): Promise<PlannedAll> {
  const all = await Promise.all(
    objects.map(async (object) => {
      const planned = await planOrObstacle(cluster, object, policy)
      if (planned instanceof StepError) return { object, becomes: object, live: null, planned }
      return { object, becomes: becomesOf(planned), live: planned.preview.live, planned }
    }),
  )
  return {
    planned: all.flatMap(({ planned }) => (planned instanceof StepError ? [] : [planned])),
    failed: all.flatMap(({ planned }) => (planned instanceof StepError ? [planned] : [])),
    judged: all,
  }
}

async function planOrObstacle(
  ...of: Parameters<typeof planObject>
): Promise<PlannedObject | StepError> {
  try {
    return await planObject(...of)
  } catch (error) {
    if (error instanceof StepError && error.obstacle && !error.noAccess) return error
    throw error
  }
}

function becomesOf({ object, preview }: PlannedObject): KubeObject {
  return 'after' in preview ? preview.after : (preview.live ?? object)
}

/** Rights to write these objects and to give them back, and what is needed besides; asked only where something is to be written. */
export async function lackingFor(
  cluster: ClusterReader,
  needs: readonly Need[] | undefined,
  all: readonly Pick<Judged, 'object'>[],
): Promise<Lacking | null> {
  if (needs === undefined) return null
  // Server-side apply of what is not there yet is a patch that creates. What was there is given back by an update,
  // and what was not is watched until it has gone.
  const verbs = ['get', 'list', 'watch', 'patch', 'create', 'update', 'delete']
  const own = all.map(({ object }): Need => ({ ...refOf(object), verbs }))
  return cluster.lacking([...own, ...needs])
}
