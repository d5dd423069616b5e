import { until } from '../core/until.ts'
import type { Process } from '../ports/resources.ts'
import type { Acting } from '../ports/step.ts'
import type { Controller } from '../inventory/inventory.ts'
import { apiServer } from '../lab/daemons/api-server.ts'
import { controllerHealth, controllerManager, scheduler } from '../lab/daemons/controllers.ts'
import type { Lab } from '../lab/lab.ts'
import { askAll } from '../lab/readiness.ts'
import { leaderOf } from './leaders.ts'
import { controllerNamed } from './subjects.ts'

/** What waits for an API server to be back: its controller manager and scheduler end without it. */
export interface ControlPlane {
  readonly apiServer: Process
  readonly controller: Controller
  readonly others: readonly Process[]
}

/** What of the control plane runs on the controller of that name. */
export function planeOf(lab: Lab, name: string): ControlPlane {
  const controller = controllerNamed(lab, name)
  return {
    apiServer: apiServer(lab, controller),
    controller,
    others: [controllerManager(lab, controller), scheduler(lab, controller)],
  }
}

/** Waits until an API server answers, and starts again what has ended meanwhile. */
export async function reviveControlPlane(
  on: Acting,
  { layout }: Lab,
  { apiServer, controller, others }: ControlPlane,
): Promise<void> {
  const urls = [{ name: apiServer.host, url: `https://${controller.address}:6443/readyz` }]
  await until(on, {
    what: `the API server on ${apiServer.host}`,
    deadlineMs: 120_000,
    intervalMs: 200,
    look: () => askAll(on, layout, { daemons: [apiServer], urls, proof: 'ready' }),
  })
  const back = on.clock.now().getTime()
  await until(on, {
    what: `the controller manager and scheduler on ${apiServer.host}`,
    deadlineMs: 120_000,
    async look() {
      const sightings = await on.host.look(others)
      const ended = others.filter((_, i) => sightings[i]?.now === null)
      if (ended.length > 0) await on.host.put(ended, on.progress)
      const missing = await notSettled(on, others, back)
      if (missing.length > 0) return { missing }
      return askAll(on, layout, {
        daemons: [],
        urls: controllerHealth(controller),
        proof: 'healthy',
      })
    },
  })
}

/**
 * One that leads and could not renew its Lease in time (10 s) ends, even seconds after its API server is back:
 * until it has renewed it, or another leads, it may still do so.
 */
async function notSettled(
  on: Acting,
  programs: readonly Process[],
  back: number,
): Promise<readonly string[]> {
  const leaders = await Promise.all(programs.map(({ name }) => leaderOf(on, name)))
  return programs.flatMap(({ name, host }, i) => {
    const leader = leaders[i]
    const settled = leader?.host !== host || leader.renewed > back
    return settled ? [] : [`${name} on ${host} has not yet said again that it leads`]
  })
}
