import type { Daemon } from '../ports/host.ts'
import { daemonsOf } from '../linux/processes.ts'
import { families } from '../supply/pins.ts'
import { lookPrograms } from '../supply/programs/cache.ts'
import { readLabInventory } from './inventory-file.ts'
import type { Inventory } from '../inventory/inventory.ts'
import { hostsOf, type LabHost, logOf, PROGRAMS } from '../lab/daemon.ts'
import { auditLogOf, FAMILIES, type Layout, layoutOf } from '../lab/layout.ts'
import type { CommonOptions } from '../command-line/request.ts'
import type { Say } from '../words/say.ts'
import { print, printJson, sayFor } from './print.ts'
import { noteOf } from './fault-commands.ts'
import { programsContext } from './project.ts'
import { namedFaults } from './targets.ts'
import { programFor } from './run-hints.ts'

type HostStatus = LabHost & {
  readonly netns: string
  /** `pid` null: it should run and does not. */
  readonly processes: readonly {
    readonly name: string
    readonly pid: number | null
    readonly log: string
  }[]
}

/** Tells what runs where; 0 when all of it does. */
export async function labStatus(common: CommonOptions): Promise<number> {
  const program = programFor(common)
  const inventory = await readLabInventory(common)
  const on = await namedFaults(inventory)
  const layout = layoutOf(inventory.lab.name)
  const hosts = statusOf(inventory, layout, daemonsOf(layout.name))
  const up = hosts.every(({ processes }) => processes.every(({ pid }) => pid !== null))
  if (common.json) {
    await printJson({
      v: 1,
      up,
      kubeconfig: layout.adminKubeconfig,
      auditLogs: inventory.lab.controllers.map(({ name }) => auditLogOf(layout, name)),
      versions: await versionsOf(inventory),
      faults: on.map(({ id, since }) => ({ id, since })),
      hosts,
    })
  } else {
    const say = await sayFor(common)
    const text = table(hosts, up, { layout, program, say })
    await print([text, ...noteOf(on, `${program} lab mend`).map(say)].join('\n'))
  }
  return up ? 0 : 1
}

function statusOf(
  { lab }: Inventory,
  layout: Layout,
  daemons: readonly Daemon[],
): readonly HostStatus[] {
  return hostsOf(lab).map((host) => ({
    ...host,
    netns: host.name,
    processes: PROGRAMS[host.role].map((name) => ({
      name,
      pid: daemons.find((one) => one.host === host.name && one.name === name)?.pid ?? null,
      log: logOf(layout, host.name, name),
    })),
  }))
}

async function versionsOf(inventory: Inventory): Promise<Record<string, string>> {
  const context = programsContext(inventory.mirrors)
  const found = await Promise.all(FAMILIES.map((name) => lookPrograms(families[name], context)))
  return Object.fromEntries(
    FAMILIES.flatMap((name, i) => {
      const version = found[i]?.version
      return version === undefined ? [] : [[name, version]]
    }),
  )
}

function table(
  hosts: readonly HostStatus[],
  up: boolean,
  {
    layout,
    program,
    say,
  }: { readonly layout: Layout; readonly program: string; readonly say: Say },
): string {
  const width = Math.max(...hosts.map(({ name }) => name.length))
  const lines = hosts.map(({ name, address, podCIDR, processes }) => {
    const running = processes.map((one) =>
      one.pid === null ? say(`${one.name} NOT RUNNING`) : `${one.name} ${one.pid}`,
    )
    return `${name.padEnd(width)}  ${address}  ${[...running, ...(podCIDR === null ? [] : [podCIDR])].join('  ')}`
  })
  const dead = hosts.flatMap(({ name, processes }) =>
    processes.flatMap((one) => (one.pid === null ? [`${one.name} on ${name}: ${one.log}`] : [])),
  )
  const all = hosts.flatMap(({ processes }) => processes).length
  if (up) {
    const last = `export KUBECONFIG=${layout.adminKubeconfig}`
    return [say(`The lab ${layout.name} is up.`), ...lines, last].join('\n')
  }
  if (dead.length === all) return say(`The lab ${layout.name} is down. Build it: ${program} lab up`)
  return [
    say(`The lab ${layout.name} is broken; repair it: ${program} lab up`),
    ...lines,
    say('Their logs:'),
    ...dead.map((line) => `  ${line}`),
  ].join('\n')
}
