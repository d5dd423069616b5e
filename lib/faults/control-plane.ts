import { until } from '../core/until.ts'
import type { Process } from '../ports/resources.ts'
import type { Acting } from '../ports/step.ts'
import { apiServer } from '../lab/daemons/api-server.ts'
import { controllerHealth, controllerManager, scheduler } from '../lab/daemons/controllers.ts'
import type { Lab } from '../lab/layout.ts'
import { askAll } from '../lab/readiness.ts'
import { leaderOf } from './leaders.ts'
import { controllerNamed } from './subjects.ts'

/** What of the control plane runs on the controller of that name; the others end without the API server. */
export function planeOf(lab: Lab, name: string) {
  const controller = controllerNamed(lab, name)
  return {
    apiServer: apiServer(lab, controller),
    controller,
    others: [controllerManager(lab, controller), scheduler(lab, controller)],
  }
}

/** Waits until an API server answers, and starts again what has ended meanwhile. */
export async function reviveControlPlane(
  ctx: Acting,
  { layout }: Lab,
  { apiServer, controller, others }: ReturnType<typeof planeOf>,
): Promise<void> {
  const urls = [{ name: apiServer.host, url: `https://${controller.address}:6443/readyz` }]
  await until(ctx, {
    what: `the API server on ${apiServer.host}`,
    deadlineMs: 120_000,
    intervalMs: 200,
    look: () => askAll(ctx, layout, { daemons: [apiServer], urls, proof: 'ready' }),
  })
  const back = ctx.clock.now().getTime()
  await until(ctx, {
    what: `the controller manager and scheduler on ${apiServer.host}`,
    deadlineMs: 120_000,
    async look() {
      const sightings = await ctx.host.look(others)
      const ended = others.filter((_, i) => sightings[i]?.now === null)
      if (ended.length > 0) await ctx.host.put(ended, ctx.progress)
      const missing = await notSettled(ctx, others, back)
      if (missing.length > 0) return { missing }
      return askAll(ctx, layout, {
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
  ctx: Acting,
  programs: readonly Process[],
  back: number,
): Promise<readonly string[]> {
  const leaders = await Promise.all(programs.map(({ name }) => leaderOf(ctx, name)))
  return programs.flatMap(({ name, host }, i) => {
    const leader = leaders[i]
    const settled = leader?.host !== host || leader.renewed > back
    return settled ? [] : [`${name} on ${host} has not yet said again that it leads`]
  })
}
