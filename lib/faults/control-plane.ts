import { until } from '../core/until.ts'
import type { Process } from '../ports/resources.ts'
import type { Acting } from '../ports/step.ts'
import type { Layout } from '../lab/layout.ts'
import { askAll } from '../lab/readiness.ts'
import { leaderOf } from './leaders.ts'

/** What waits for an API server to be back: its controller manager and scheduler end without it. */
export interface ControlPlane {
  readonly apiServer: Process
  readonly address: string
  readonly others: readonly Process[]
}

/** Waits until an API server answers, and starts again what has ended meanwhile. */
export async function reviveControlPlane(
  on: Acting,
  layout: Layout,
  { apiServer, address, others }: ControlPlane,
): Promise<void> {
  const urls = [{ name: apiServer.host, url: `https://${address}:6443/readyz` }]
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
      if (ended.length > 0) await on.host.put(ended, on.say)
      const missing = await notSettled(on, others, back)
      if (missing.length > 0) return { missing }
      const healthy = [10257, 10259].map((port) => ({
        name: `port ${String(port)}`,
        url: `https://${address}:${String(port)}/healthz`,
      }))
      return askAll(on, layout, { daemons: [], urls: healthy, proof: 'healthy' })
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
