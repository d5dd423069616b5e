import { faults } from '../../steps/faults.ts'
import { byNearness } from '../core/nearest.ts'
import { InputError } from '../core/errors.ts'
import type { Inventory } from '../inventory/inventory.ts'
import type { Fault } from '../faults/fault.ts'
import type { FaultOn } from '../faults/faults-on.ts'
import { labOf } from '../lab/layout.ts'
import { readLabInventory } from './inventory-file.ts'
import { print, printJson } from './print.ts'
import type { CommonOptions } from './request.ts'
import { faultsOnLab } from './targets.ts'
import { programFor } from './run-hints.ts'

/** Lists the faults, and which of them are on. */
export async function labFaults(common: CommonOptions): Promise<number> {
  const inventory = await readLabInventory(common.inventory)
  const on = await faultsOnLab(inventory)
  const all = faultsOf(inventory)
  if (common.json) {
    const told = all.map(({ id, code, title, chapter, requires }) => {
      const since = on.find((one) => one.id === id)?.since ?? null
      return { id, code, title, chapter, requires, since }
    })
    await printJson({ v: 1, faults: told })
  } else {
    await print(table(all, on, `${programFor(common)} lab mend`))
  }
  return 0
}

/** The faults that the lab of an inventory can have. */
export function faultsOf(inventory: Inventory): readonly Fault[] {
  return faults(labOf(inventory))
}

function table(all: readonly Fault[], on: readonly FaultOn[], mend: string): string {
  const width = Math.max(...all.map(({ id }) => id.length))
  const lines = all.map(({ id, code, title, requires }) => {
    const state = on.some((one) => one.id === id) ? 'ON ' : ''
    return `${id.padEnd(width)}  ${(code ?? '-').padEnd(3)}  ${state}${title} (requires ${requires})`
  })
  const about = 'What a code stands for: npx tsx run.ts explain CODE, or docs/failures.md'
  return [...lines, about, ...noteOf(on, mend)].join('\n')
}

/** What the end of every run on a lab with faults says. */
export function noteOf(on: readonly FaultOn[], mend: string): readonly string[] {
  const [first] = on
  if (first === undefined) return []
  const names = on.map(({ id }) => id).join(', ')
  return on.length === 1
    ? [`The fault ${names} is on since ${first.since}. Take it off: ${mend}`]
    : [`The faults ${names} are on. Take them off: ${mend}`]
}

/** Throws InputError where a fault of that name cannot be put on now. */
export function mayBreak(id: string, known: readonly string[], on: readonly FaultOn[]): void {
  if (!known.includes(id)) {
    const near = byNearness(id, known)
    throw new InputError({
      problem: `there is no fault ${JSON.stringify(id)}`,
      seen: [`known faults, nearest first: ${near.join(', ')}`],
      remedy: 'npx tsx run.ts lab faults shows what each of them does',
    })
  }
  const same = on.find((one) => one.id === id)
  if (same?.whole === true) {
    throw new InputError({
      problem: `the fault ${id} is on already, since ${same.since}`,
      remedy: 'npx tsx run.ts lab mend takes it off',
    })
  }
  const half = on.find((one) => !one.whole)
  if (half === undefined) return
  throw new InputError({
    problem: `the fault ${half.id} was begun at ${half.since} and is only partly on`,
    remedy: 'npx tsx run.ts lab mend takes it off; then put on what you like',
  })
}

/** Throws InputError where faults are in the way of giving the cluster back. */
export function mayRollBack(on: readonly FaultOn[]): void {
  if (on.length === 0) return
  throw new InputError({
    problem: `faults are on: ${on.map(({ id }) => id).join(', ')}`,
    cause: 'what they have changed would be undone twice',
    remedy: 'npx tsx run.ts lab mend, then roll back',
  })
}
