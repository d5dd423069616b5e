import { type Explanation, InputError, StepError } from '../core/errors.ts'
import { hostsOf } from '../inventory/inventory.ts'
import { daemonsOfHost } from '../lab/daemons/of-host.ts'
import { labOf } from '../lab/layout.ts'
import { labNotUp } from '../lab/not-up.ts'
import { isNetworkNamespace } from '../linux/kinds/network-namespace.ts'
import type { Process } from '../ports/resources.ts'
import { fileLock } from '../state/lock.ts'
import type { CommonOptions, RequestOf } from '../command-line/request.ts'
import { readLabInventory } from './inventory-file.ts'
import { countingLedger } from './ledger.ts'
import { print, printJson, sayFor } from './print.ts'
import { hostFor } from './run-ports.ts'
import { programFor } from './run-hints.ts'
import { interruptible } from './signals.ts'
import { systemClock } from './system-clock.ts'
import { lockOf } from './targets.ts'

/** Restarts a daemon of a host, as `systemctl restart` would; returns the exit code. */
export async function labRestart(
  { host, daemon }: RequestOf<'lab-restart'>,
  common: CommonOptions,
): Promise<number> {
  const inventory = await readLabInventory(common)
  const program = programFor(common)
  const daemons = daemonsOfHost(labOf(inventory), host)
  const wanted = daemons.find(({ name }) => name === daemon)
  if (wanted === undefined) {
    const hosts = hostsOf(inventory.lab).map(({ name }) => name)
    throw new InputError({
      problem: hosts.includes(host)
        ? `${host} has no daemon ${JSON.stringify(daemon)}`
        : `the lab has no host ${JSON.stringify(host)}`,
      seen: [
        hosts.includes(host)
          ? `its daemons: ${daemons.map(({ name }) => name).join(', ')}`
          : `its hosts: ${hosts.join(', ')}`,
      ],
      remedy: `${program} lab status`,
    })
  }
  if (!(await isNetworkNamespace(wanted.netns))) throw new InputError(labNotUp(wanted.lab))
  const interrupt = interruptible(process, `${program} lab restart ${host} ${daemon}`)
  const lock = await fileLock(lockOf(inventory), systemClock).take(
    `${systemClock.now().toISOString()}-${process.pid}`,
    `lab restart ${host} ${daemon}`,
  )
  try {
    const machine = hostFor(inventory, {
      ...{ mode: 'run', signal: interrupt.signal, counts: countingLedger() },
      ...{ currentStep: () => '', tell: () => undefined },
    })
    await machine.put([{ kind: 'absent', resource: wanted }], () => undefined)
    await machine.put([wanted], () => undefined)
    const [found] = await machine.look([wanted])
    if (found?.now === null) throw new StepError(endedAtOnce(wanted))
  } finally {
    await lock.release()
    interrupt.stop()
  }
  await (common.json
    ? printJson({ v: 1, host, restarted: daemon })
    : print((await sayFor(common))(`${daemon} on ${host} was restarted.`)))
  return 0
}

function endedAtOnce({ name, host, log }: Process): Explanation {
  return { problem: `${name} on ${host} ended as soon as it was started`, remedy: `tail ${log}` }
}
